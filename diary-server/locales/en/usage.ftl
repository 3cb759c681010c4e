# Errors in a command line, and what stands in the help beside the texts of `help.ftl`.

unknown-argument = unexpected argument '{ $name }'
unknown-command = there is no command '{ $name }'
similar = Did you mean: { $names }?
missing = the following required arguments were not provided: { $names }
no-command = '{ $name }' needs one of its commands: { $names }
conflict = the argument '{ $name }' cannot be used with { $others }
repeated = the argument '{ $name }' cannot be used several times
no-value = a value is required for '{ $name }'
invalid-value = invalid value '{ $value }' for '{ $name }'
possible-values = invalid value '{ $value }' for '{ $name }'. Possible values: { $values }
refused-value = invalid value '{ $value }' for '{ $name }': { $reason }
value-count = another number of values is needed for '{ $name }'
not-utf-8 = the command line is not UTF-8
not-understood = the command line cannot be understood
languages = the languages are: { $tags }
help = `diary-server --help` explains every command, and `--help` behind a command explains that one.

options-placeholder = [OPTIONS]
default-value = [default:
possible-values-list = [possible values:
variable = [env:
