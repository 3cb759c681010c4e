# 站点服务和命令的拒绝理由，命令行用语。

## Refusal

refusal-no-data-folder = 哪个数据文件夹？请用 --data 文件夹 指明，或设置 DIARY_SERVER_DATA
refusal-no-backup-folder = 存到哪里？请用 --to 指明文件夹或文件，或在 diary-server.toml 的 [backup] 中设置 folder
refusal-not-a-file = 数据库是 PostgreSQL：请用其自带的工具备份，见 diary-server/store/README.md 的“PostgreSQL”一节。密钥文件夹须另行备份
refusal-no-roles = 数据库是 SQLite 文件，没有角色。请用 --database postgres://... 指明 PostgreSQL
refusal-roles-refused = 没有建立或更改任何角色：{ $problem }。请用 --database 指明拥有数据表并可建立角色的账户，或把 --print 输出的内容交给数据库管理员
refusal-restore = 没有恢复任何内容：{ $problem }
refusal-location = --database 或配置中的 database.url：{ $problem }
refusal-move-location = { $option }：{ $source }
refusal-move = 研究没有迁移：{ $problem }
refusal-relay = { $path }：这是中继服务器，没有任何能打开日记的密钥。请在日记服务器上执行；这里可用 `serve --relay` 和 `relay bundle`
refusal-relay-serves = { $path }：这是中继服务器。请用 `serve --relay` 运行
refusal-not-a-relay = { $path }：这是日记服务器。请去掉 --relay，或在另一个文件夹用 `relay init` 建立中继服务器
refusal-no-fingerprint = 以哪个研究根密钥为准？请用 --root-fingerprint 给出研究文件上的指纹：服务器可以出示任何指纹
refusal-address = 地址：{ $problem }
refusal-no-relay = 哪台中继服务器？请指明：`diary-server pull 主机[:端口]`，或在配置中设置 relay.host
refusal-package = 研究：{ $problem }
refusal-study =
    研究：
    { $problem }
refusal-regimen-file = 用药方案没有设定：{ $problem }
refusal-file-exists-replace = { $path }：已存在。没有任何改动；请换一个文件名，或加 --replace
refusal-file-exists-out = { $path }：已存在。没有任何改动；请用 --out 换一个文件名
refusal-restore-needs =
    没有恢复任何内容，也没有任何改动。缺少或无法使用的有：
    { $needs }
    `diary-server restore --help` 说明了两种方式
refusal-no-export = { $path }：{ $why }。路径对吗？没有核验任何内容
refusal-file = { $path }：{ $source }
refusal-output = 无法写出结果

## StaffError

staff-account-form = 账户：应为1到64个字符，不含空格。请用 --by 账户 或设置 DIARY_STAFF
staff-unknown-account = 没有账户 { $name }
staff-account-there = 已有账户 { $name }。没有任何改动。重设密码用 `staff reset { $name }`，更改角色用 `staff role`
staff-account-elsewhere = 账号 { $name } 在其他研究中心也有角色：只能由全部这些中心的管理员重置或停用。未做任何更改
staff-out-of-memory = 服务器内存不足，无法完成此操作。没有任何改动
staff-not-printed = 无法生成 PDF 文件；用 --html 可得到相同的报告。没有任何改动
staff-no-account = 不知道操作人是谁：请用 --by 账户 或设置 DIARY_STAFF。稽查轨迹会记录
staff-subject-form = 受试者编号 { $subject }：应为1到64个字母、数字、“-”、“_”或“.”
staff-subject-taken = 受试者编号 { $subject } 已存在。没有任何改动；`participant list` 列出全部受试者
staff-subject-pattern = 受试者编号 { $subject }：本研究的写法为 { $pattern }，# 代表数字，@ 代表字母，例如 { $example }。没有任何改动
staff-subject-alike = 受试者编号 { $subject } 容易与已有的 { $alike } 混淆。没有任何改动。如确为另一名受试者，请加 --yes
staff-subject-before = { $subject } 是 { $now } 的原编号。没有任何改动；一个编号只用一次，以免文件混淆
staff-renamed-subject = { $subject } 已改为 { $now }。没有任何改动；请使用 { $now }
staff-like-subject = 没有受试者 { $subject }。是指 { $like } 吗？`participant list` 列出全部受试者
staff-linked-already = { $subject } 与 { $other } 已经关联。没有任何改动
staff-not-linked = { $subject } 与 { $other } 没有关联。没有任何改动
staff-counter = { $problem }。没有任何改动；请告知日记软件的开发者
staff-unknown-subject = 没有受试者 { $subject }。`participant list` 列出全部受试者，`participant add { $subject }` 可添加
staff-other-site = 研究中心 { $asked }：本服务器保存的是研究中心 { $ours } 的日记。请去掉 --site，或使用 { $asked } 的服务器
staff-unknown-site = 研究中心 { $site }：本服务器没有该研究中心。本服务器保存以下研究中心的日记：{ $known }
staff-site-needed = 本服务器保存多个研究中心的日记，请用 --site 指明是哪一个：{ $known }
staff-not-of-study = 研究中心 { $site }：本研究没有该研究中心。本研究的研究中心有：{ $known }。未做任何更改
staff-site-there = 研究中心 { $site } 已在本服务器上。未做任何更改；用 `site list` 查看全部
staff-offline-inside = { $path } 位于数据文件夹之内。恢复密钥不得留在本服务器上：请用 --offline 指定其他文件夹
staff-unknown-anchor = 日程锚点 { $anchor }：本研究没有这个锚点，只有 { $known }
staff-no-such-alert = 该受试者没有提醒 { $rule }。现有：{ $known }
staff-no-alert-at-all = 该受试者没有提醒 { $rule }，也没有其他提醒；`report` 显示收到的内容
staff-anchor-reason = 日程锚点 { $anchor } 已设为 { $date }。如要更改或取消，请说明原因：--reason 原因
staff-anchor-reason-not-set = 日程锚点 { $anchor } 未设定。如要更改或取消，请说明原因：--reason 原因
staff-anchor-same = 日程锚点 { $anchor } 已是 { $date }。没有任何改动
staff-anchor-same-not-set = 日程锚点 { $anchor } 本来就未设定。没有任何改动
staff-not-lent = { $subject } 没有这样的借出手机，或已归还：`phones { $subject }` 列出全部
staff-label-form = 借出手机的编号最多{ $most }个字符，不能换行
staff-reason-form = 原因：应为1到{ $most }字节
staff-visit-kind = 访视类型：应为1到64个字母、数字、“-”、“_”或“.”，例如 scheduled 或 unscheduled
staff-regimen =
    用药方案没有设定：
    { $notes }
staff-regimen-unusual =
    用药方案不同寻常，没有设定：
    { $notes }
    如果无误，请加 --yes
staff-infusion = 输注：{ $problem }
staff-not-unattached = 日记库 { $vault } 不是恢复后没有对应受试者的日记库。`status` 会列出这样的日记库
staff-other-subject = 日记库 { $vault }：其证书是为 { $named } 签发的。没有任何改动。如果 { $named } 后来改过编号，请加 --renamed-from { $named }
staff-backup = 备份：{ $problem }
staff-not-set-aside = 第{ $n }号不是被隔离的数据包。`quarantine list` 列出全部
staff-not-to-decide = 第{ $n }号：只有已停用手机发送的内容才由研究中心裁定。`quarantine show` 说明这个在等待什么
staff-nobody-waits = 受试者 { $subject } 没有等待确认的手机。`pending` 列出等待的手机；`enrol { $subject }` 生成链接
staff-wrong-digits = 这六位数字不是受试者 { $subject } 的手机所显示的。没有确认。请从手机上重新读取；还可再试{ $left }次
staff-not-approved = 受试者 { $subject } 正在使用另一部手机，而那部手机尚未同意这部加入。没有确认。请受试者在那部手机上输入 `diary approve 六位数字` 和 `diary sync`；如果那部手机已丢失，请先执行 `revoke { $subject } 手机`；否则由研究者用 --reason 原因 确认
staff-link-late = 受试者 { $subject } 的手机联系中继服务器时链接已过期，或本服务器在链接生成72小时之后才读取中继服务器，因而不采信其记录。没有确认，手机写入的内容已保留。请当面核对受试者的手机并用 --reason 原因 确认，或生成新链接并用 `revoke` 停用这部手机
staff-trail-broken = 稽查轨迹不完整：第{ $n }条与之前的不相连，因此不为其签发检查点。`trail` 可查看；较早的导出或备份可说明原来的内容
staff-unknown-phone = 受试者 { $subject } 没有手机 { $named }。`phones { $subject }` 列出全部手机
staff-nothing-to-decide = 没有编号以 { $named } 结尾、且与其他记录同处一个时段的记录。报告会列出这样的记录及其编号末尾，见“尚未裁定”处
staff-revoked-before = 受试者 { $subject } 的这部手机以前已停用。没有任何改动
staff-locked = 输错{ $most }次，已锁定：可能有别人的手机在尝试加入。请用 `enrol { $subject }` 生成新链接，让受试者的手机用它加入
staff-no-public-name = 手机无法访问 { $listen }：请在配置中设置 server.public = "主机:端口"，即手机访问本服务器所用的名称
staff-host = { $key }：{ $problem }
staff-no-recovery-secret = 尚未收到受试者 { $subject } 的手机的恢复码。它在手机确认后首次联系时到达；在此之前只能用密码打开那部手机
staff-not-founded = 数据库中没有研究：它不属于本服务器，或 `init` 曾中断。没有写入任何内容；请保留此文件夹及其密钥。请用 --database 或 diary-server.toml 中 [database] 的 url 指明正确的数据库；如要新建日记服务器，请用另一个文件夹执行 `init`
staff-no-study = 密钥文件所指的研究不在数据库中，或格式更新。请升级本程序
staff-other-study = 数据库中的研究文件已损坏，或不是发布的那一份。请恢复备份
staff-study =
    研究：
    { $problem }
staff-publish = 研究没有发布：{ $problem }
staff-bundle = 数据库的研究根密钥与 keys/trust.toml 所指的不同：{ $problem }
staff-report = 报告：{ $problem }
staff-sealing = 密钥：{ $problem }
staff-signed = 保存的一条内容与作者所签的不符：{ $problem }
staff-contended = 有人正在更改该受试者的日记。没有任何改动；请再试一次
staff-export-too-large = 表格超过单次导出的上限。没有发送；请按中心或按受试者分次导出
staff-not-vacant = { $path }：其中已有内容。没有写入；请指定新的或空的文件夹
staff-file = { $path }：{ $reason }
staff-wrong-root = 这个根密钥不属于本研究。没有任何改动
staff-wrong-recovery = 这个恢复密钥不属于本研究中心；`keys list` 显示正确密钥的编号。没有试用
staff-generation-missing = 本服务器上没有研究中心密钥的第{ $generation }代，手机用它加密的内容将无法读取。请先把密钥文件放回
staff-intake = { $path }：{ $reason }

## ActError

act-unusual =
    该{ $kind }不同寻常，没有录入：
    { $questions }
    如果无误，请加 --yes
act-changed = 在此期间有其他操作。没有任何改动
act-unknown = 没有编号以 { $named } 结尾的操作，或不止一个。`participant acts` 列出全部操作；编号至少要4个字符
act-final = 操作 { $act }：{ $kind }不可更改。没有任何改动
act-withdrawn = 操作 { $act } 已撤销。没有任何改动；请另行录入
act-other-kind = 操作 { $act } 是{ $kind }，不是{ $asked }。请用相应的命令更正。没有任何改动
act-same = 操作 { $act } 本来就是这样。没有任何改动
act-regimen-same = 用药方案本来就是这样。没有任何改动
act-no-infusion = 操作 { $act } 不是输注：`participant acts` 列出全部
act-no-interruption = 该时间没有录入中断。没有任何改动
act-reason = 更正操作须说明原因：--reason 原因
act-visit-kind = 访视类型 { $kind }：本研究有 { $known }
act-not-yet = { $date } 的访视尚未进行：去掉 --held 可作为计划录入。没有任何改动
act-ended = 已于 { $last } 结束参与（操作 { $act }）。如要更改：--corrects { $act } --reason 原因。没有任何改动
act-no-entry = 没有编号以 { $named } 结尾的记录，或不止一个。报告中显示每个编号的末尾；至少要4个字符
act-marked-before = 记录 { $entry } 已标为属于其他受试者。没有任何改动
act-not-marked = 记录 { $entry } 计入受试者 { $subject }。请先注明它不属于该受试者：`participant entries { $subject } not-theirs { $entry } --reason 原因`。没有任何改动
act-taken-before = 记录 { $entry } 已在受试者 { $subject } 名下。没有任何改动
act-counts-elsewhere = 记录 { $entry } 已由受试者 { $subject } 接管并计入。请先在那里注明它不属于该受试者：`participant entries { $subject } not-theirs { $entry } --reason 原因`。没有任何改动
act-same-participant = 只能从另一名受试者接管记录。没有任何改动
act-too-many = 一次的记录太多：请少选一些，分几次执行。没有任何改动

## PublishProblem

publish-other-study = 它是 { $study }，本服务器保存的是 { $ours }
publish-not-newer = 它是第{ $version }版；需要高于第{ $newest }版
publish-no-site = 其中没有研究中心 { $site }

## NoExport

no-export-nothing = 没有这个文件夹
no-export-file = 这是文件，导出应为文件夹
no-export-other-folder = 文件夹中没有导出的文件
