# 每个页面的框架及其错误。

brand = 日记
this-language = 中文
navigation = 主导航
to-the-content = 跳到正文
to-the-start = 返回首页
nav-accounts = 账户
nav-own-account = 我的账户
nav-help = 帮助
sign-out = 退出登录
signed-out-after = { $minutes }分钟不操作会自动退出登录。之后提交的表单会保留，等您重新登录。
sign-out-soon = 一分钟后将自动退出登录。刷新页面或提交表单即可继续。
refused = 没有权限
no-right = 您的角色不包括此操作。这次尝试已记入稽查轨迹。如有需要，请联系管理员。
failed = 操作未成功
nothing-changed = 没有任何改动。请重试；如再次出现，请告知服务器的运维人员。
nothing-here = 此地址没有内容
database-busy = 数据库正忙。
database-full = 服务器存储空间已满。
database-away = 服务器连接不上数据库。
database-moving = 研究正在迁移到另一个数据库；完成之前只能查看。
database-clock = 服务器时钟存疑。运维人员确认之前不会签署任何内容。
database-failed = 服务器无法使用其数据库。
conflict = 在此期间其他人已做了改动。
not-founded = 此服务器上还没有研究。
out-of-memory = 服务器内存不足，无法完成此操作。
other-failure = 服务器无法完成此操作。
