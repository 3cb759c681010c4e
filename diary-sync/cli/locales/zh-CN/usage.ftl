help = 用 `diary --help` 查看全部用法。
no-command = 没有这个命令。
not-understood = 无法理解这个命令。
value = 有一个值缺少或不合适。
similar-commands = 没有这个命令。您是不是要用：{ $names }？
no-option = 这里没有选项 { $name }。
stray-words = 命令行里有多余的内容。含空格的文字请加引号。
missing = 还缺少：{ $names }
value-of = { $name } 缺少值，或值不合适。
conflict = 这些不能一起用：{ $names }
needs-terminal = 这个命令要提问，但没有可以提问的终端。请用 { $options } 给出回答。
settings-unreadable = 日记文件夹里的 settings.toml 第{ $line }行无法识别。里面可以有两行：lang = "zh-CN" 或 "en"，以及 sync_after_saving = true 或 false。
