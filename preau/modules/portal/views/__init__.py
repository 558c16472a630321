from preau.modules.portal.views.gallery import gallery, gallery_try
from preau.modules.portal.views.home import home, home_arrange
from preau.modules.portal.views.search import search, search_choose, search_suggest

__all__ = ["gallery", "gallery_try", "home", "home_arrange", "search", "search_choose", "search_suggest"]
