# 研究文件的问题，供研究文件的作者阅读。

missing = 缺失
quoted = 无法按要求的格式读取：{ $detail }
unreadable = 无法读取
no-file = 研究中没有文件 { $name }
pack = { $name }：不是内容包：{ $detail }
unknown = 没有{ $referent } { $id }。现有：{ $known }
unknown-none = 没有{ $referent } { $id }，也没有任何其他的
referent-anchor = 锚点
referent-earlier-anchor = 在前的锚点
referent-period = 时期
referent-instrument = 问卷
referent-slot = 时段
referent-medication = 药物
referent-form = 剂型
taken = { $id } 已被使用
no-text = 没有 { $tag } 的文字
empty-text = 文字为空
placeholder = { $name } 无法填入（可用的：{ $known }）
needs-one = 至少需要一个
below-one = 至少为 1
factor = 必须大于 1，例如 "3"
not-positive = 必须大于 0
pin-length = 允许{ $fewest }至{ $most }
hours = 最多允许{ $max }小时
also-alert = { $id } 也是一条警示规则的 id
needs-instruction = 需要供受试者阅读的 { $key }
needs-severity = 需要 { $key }：{ $values }
needs-caution = 需要供受试者阅读的 { $key }
needs-visits = 需要 { $key } 一节
not-a-mass = 单位必须是 mg、ug 或 g
last-before-first = { $last } 早于 { $key } = { $first }
before-opens = 早于 { $key } = { $opens }（从每日分界 { $cut } 算起）
closes-early = 不晚于时段的开始和应答时间（从每日分界 { $cut } 算起）
too-often = { $instrument } 最多每{ $days }天问一次
no-item-text = { $file }：条目 { $item } 没有 { $tag } 的文字
no-option-text = { $file }：条目 { $item } 的选项 { $option } 没有 { $tag } 的文字
no-test = { $all } 或 { $any } 至少需要一项测试
no-total = { $instrument } 没有评分规则，因此没有总分
no-comparison = 需要 { $previous } 或 { $last-before }
no-item = { $instrument } 没有条目 { $item }
no-option = 条目 { $item }：没有选项 { $code }（现有：{ $known }）
not-a-number = 条目 { $item }：{ $key } 需要数字或带序数的选项
not-yes-or-no = 条目 { $item }：{ $key } 需要是非条目

## questionnaires

not-json = 无法按 JSON 读取：{ $detail }
not-questionnaire = 不是 FHIR { $resource }：{ $key } 为 { $found }
field-missing = 缺少 { $field }
field-wrong = { $field } 的形式不对，应为：{ $expected }
unknown-element = 未知的元素 { $name }
unknown-item-type = 未知的条目类型 { $name }
unsupported = 不支持：{ $what }
unsupported-because = 不支持：{ $what }（{ $why }）
modifier-extension = 不支持修饰扩展 { $url }
other-release = 按 FHIR { $release } 编写（见其 { $signs }）；日记读取 R4：{ $instead }
no-question = 其中没有可以回答的问题：所有条目都是分组、说明、隐藏、只读或计算的
duplicate-link-id = 其 { $key } 已在 { $first } 使用
invariant = 违反 FHIR 规则 { $rule }：{ $what }
conflict = 相互矛盾：{ $what }

## files

file-name = 文件名 { $name }：1 至 { $max } 个字母、数字、“-”、“_”、“.”和“/”，任何部分不得以“.”开头
too-many-files = 一项研究最多{ $max }个文件
too-large = 一项研究最多{ $max }字节
undecodable = 不是本版本的研究文件包
path-unreadable = 无法读取 { $path }：{ $reason }
