# 稽查轨迹页面。

title = 稽查轨迹
broken = 链在第{ $n }个事件处断裂：该事件或之前的事件被本程序以外的方式改动、添加或删除。请告知服务器的运维人员；不得删除任何内容。
from = 起始日期
until = 截止日期
search = 搜索
nothing-found = 没有符合条件的事件。
more-pages = 更多事件
older = 更早的事件
download = 下载为表格（CSV）
bad-day = “{ $day }”不是日期。日期应写为 2026-12-01。
no-subject = 没有受试者 { $subject }。
