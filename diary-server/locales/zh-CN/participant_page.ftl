# 单个受试者的页面。

title = 受试者 { $subject }
of-participant = 该受试者的页面
report = 打印报告
pdf = 报告 PDF
earlier = 更早的日期
later = 更晚的日期
up-to-today = 到今天
from = 起始
to = 截止
show = 显示
bad-span = 无法显示这些日期：最多{ $days }天，起始日期应早于截止日期。现显示最近28天。
days-of-these = 这些日期的记录：
without-study-drug = 您的角色不能查看研究药物的剂量。
nobody = 没有这名受试者
not-there = 没有受试者 { $subject }。
renamed = 已更名为 { $subject }
like = 是指 { $subject } 吗？
to-the-list = 返回受试者列表
