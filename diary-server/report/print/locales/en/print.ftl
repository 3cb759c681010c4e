# Texts of the printed report that its other forms do not have.

page-of = page { $page } of { $pages }
# The list ends with a full stop.
codes-for-characters = Characters that this document cannot show stand as their code: { $codes }.
and-others = and others
lines-left-out =
    { $count ->
        [one] 1 more line has no room in this document: see the report in the browser
       *[other] { $count } more lines have no room in this document: see the report in the browser
    }
text-goes-on = … ({ $count } more characters: see the report in the browser)
course = Course
day = Day
