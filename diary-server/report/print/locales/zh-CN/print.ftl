# 打印版报告独有的文字。

page-of = 第 { $page } 页，共 { $pages } 页
codes-for-characters = 本文件无法显示的字符以其编码表示：{ $codes }。
and-others = 等
lines-left-out = 另有 { $count } 行未能列入本文件，请在浏览器中查看报告
text-goes-on = ……（其余 { $count } 个字符请在浏览器中查看）
course = 病程
day = 日期
