from preau.modules.directory.testing import IN_SCHOOL, Who
from tests.access_table import get, other, post, table

# Who may not attach anything may not begin either: 404 without a kind and an owner.
_TUS = {"Tus-Resumable": "1.0.0"}
_EVERYBODY = IN_SCHOOL | Who.AUTHORITY

ACCESS = table(
    # Signed for a few minutes, on an origin of its own: there is none here.
    get("storage:signed_download", {"token": "photo"}, anonymous=404),
    # Whose it is, and of what: asked in test_uploads. Here nobody names a kind.
    post("storage:upload_create", headers={**_TUS, "Upload-Length": "10"}),
    other(
        "PATCH",
        "storage:upload_detail",
        {"upload": "upload"},
        ok=415,
        own=Who.OFFICE,
        other_class=Who.OFFICE,
        other_year=Who.OFFICE,
        headers=_TUS,
    ),
    other(
        "DELETE",
        "storage:upload_detail",
        {"upload": "upload"},
        own=Who.OFFICE,
        other_class=Who.OFFICE,
        other_year=Who.OFFICE,
        headers=_TUS,
    ),
)
