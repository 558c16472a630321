from preau.modules.accounts.models import Account
from preau.modules.directory.testing import Cast, Who

PASSWORD = "une-phrase-de-passe-de-test"


def make_accounts(cast: Cast) -> dict[Who, Account]:
    """An account for every person of the cast, the login being `cast.` and the profile."""
    accounts = {}
    for who, person in cast.people.items():
        account = Account(login="cast." + (who.name or "").lower(), person=person)
        account.set_password(PASSWORD)
        account.save()
        accounts[who] = account
    return accounts
