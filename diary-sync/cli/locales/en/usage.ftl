help = `diary --help` lists everything.
no-command = There is no such command.
not-understood = The command cannot be understood.
value = A value is missing or does not fit.
similar-commands = There is no such command. Did you mean: { $names }?
no-option = There is no option { $name } here.
stray-words = There is something on the command line that does not belong there. Put words with blanks in quotes.
missing = Something is missing: { $names }
value-of = The value of { $name } is missing or does not fit.
conflict = These do not go together: { $names }
needs-terminal = This asks questions and there is no terminal to ask in. Give the answers with { $options }.
settings-unreadable = settings.toml in the diary's folder cannot be read, line { $line }. It may hold two lines: lang = "en" or "zh-CN", and sync_after_saving = true or false.
