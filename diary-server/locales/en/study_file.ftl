# Faults of a study's files, for its author. Names in backquotes are keys of `study.toml`.

missing = is missing
quoted = { $detail }
unreadable = cannot be read
no-file = no file { $name } in the study
pack = { $name }: not a content pack: { $detail }
unknown = there is no { $referent } { $id }. There are: { $known }
unknown-none = there is no { $referent } { $id }, and none at all
referent-anchor = anchor
referent-earlier-anchor = earlier anchor
referent-period = period
referent-instrument = instrument
referent-slot = slot
referent-medication = medication
referent-form = form
taken = { $id } is already taken
no-text = no text in { $tag }
empty-text = the text is empty
placeholder = { $name } cannot be filled in (there are: { $known })
needs-one = at least one is needed
below-one = at least 1 is needed
factor = more than 1 is needed, for example "3"
not-positive = must be above 0
pin-length = { $fewest } to { $most } are allowed
hours = at most { $max } hours are allowed
also-alert = { $id } is also the id of an alert rule
needs-instruction = needs an { $key } that participants read
needs-severity = needs a { $key }: { $values }
needs-caution = needs a { $key } that participants read
needs-visits = needs a section { $key }
not-a-mass = must be in mg, ug or g
last-before-first = { $last } lies before { $key } = { $first }
before-opens = lies before { $key } = { $opens }, seen from the day cut { $cut }
closes-early = is not after the slot opens and is due, seen from the day cut { $cut }
too-often = { $instrument } may be asked every { $days } days at most
no-item-text = { $file }: item { $item } has no text in { $tag }
no-option-text = { $file }: item { $item }, option { $option } has no text in { $tag }
no-test = { $all } or { $any } needs at least one test
no-total = { $instrument } has no score rule, so it has no total
no-comparison = needs { $previous } or { $last-before }
no-item = { $instrument } has no item { $item }
no-option = item { $item }: no option { $code } (there are: { $known })
not-a-number = item { $item }: { $key } needs a number or options with ordinals
not-yes-or-no = item { $item }: { $key } needs a yes or no item

## questionnaires

not-json = cannot be read as JSON: { $detail }
not-questionnaire = not a FHIR { $resource }: { $key } is { $found }
field-missing = { $field } is missing
field-wrong = { $field } has another form than it must have: { $expected }
unknown-element = unknown element { $name }
unknown-item-type = unknown item type { $name }
unsupported = not supported: { $what }
unsupported-because = not supported: { $what } ({ $why })
modifier-extension = modifier extension { $url } is not supported
other-release = written for FHIR { $release }, by its { $signs }; the diary reads R4: { $instead }
no-question = it has no question that can be answered: all its items are groups, displays, hidden, read-only or calculated
duplicate-link-id = its { $key } is already used at { $first }
invariant = the rule { $rule } of FHIR is broken: { $what }
conflict = a contradiction: { $what }

## files

file-name = file name { $name }: 1 to { $max } letters, digits, '-', '_', '.' and '/', no part starting with '.'
too-many-files = a study may have at most { $max } files
too-large = a study may have at most { $max } bytes
undecodable = not a study package of this version
path-unreadable = { $path }: { $reason }
