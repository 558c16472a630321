from preau.modules.directory.tests.access import courses, groups, imports, people, photos, rules, years

ACCESS = (
    rules.ACCESS
    + groups.ACCESS
    + courses.ACCESS
    + people.ACCESS
    + photos.ACCESS
    + years.ACCESS
    + imports.ACCESS
)
