# 命令行错误，以及帮助中 `help.ftl` 以外的文字。

unknown-argument = 多余的参数“{ $name }”
unknown-command = 没有“{ $name }”这个命令
similar = 是否指：{ $names }？
missing = 缺少必需的参数：{ $names }
no-command = “{ $name }”需要其下的一个命令：{ $names }
conflict = 参数“{ $name }”不能与 { $others } 同时使用
repeated = 参数“{ $name }”不能重复使用
no-value = “{ $name }”需要一个值
invalid-value = “{ $name }”的值“{ $value }”无效
possible-values = “{ $name }”的值“{ $value }”无效。可用的值：{ $values }
refused-value = “{ $name }”的值“{ $value }”无效：{ $reason }
value-count = “{ $name }”的值的个数不对
not-utf-8 = 命令行不是 UTF-8
not-understood = 无法理解该命令行
languages = 可用的语言：{ $tags }
help = `diary-server --help` 说明所有命令；在命令后加 `--help` 说明该命令。

options-placeholder = [选项]
default-value = [默认：
possible-values-list = [可用的值：
variable = [环境变量：
