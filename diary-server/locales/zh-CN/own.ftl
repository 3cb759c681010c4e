# 本人账户。

short-title = 我的账户
title = 账户 { $name }
roles = 角色
no-role = 此账户还没有角色。本中心的管理员可以分配。
language = 语言
language-label = 页面语言
change = 修改
password = 密码
old-password = 当前密码
old-wrong = 当前密码有误。没有任何改动。
password-changed = 密码已修改。其他登录均已结束。
sessions = 已登录的位置
browser = 浏览器
since = 开始时间
last-used = 最近使用
this-one = 当前
end-others = 在其他所有位置退出登录
kept-title = 已保留的表单
kept = 此表单到达之前您已被退出登录。请检查后重新提交，或丢弃。在此之前一直保留，最迟到 { $until }。
kept-form = 表单
kept-of = { $form }，受试者 { $subject }
kept-send = 重新提交
kept-drop = 丢弃
