# `--help` 的文字。命令自己的参数写作属性。

diary-server = 临床试验日记服务器
init = 建立新的日记服务器：文件夹、密钥、数据库
    .study = 研究的文件夹（study.toml 及问卷），或 nct06836973（随附的研究）
    .site = 本服务器保存其日记的第一个研究中心；其他中心用 `site add` 加入
    .offline = 研究根密钥和恢复密钥写到哪里：不要在本服务器上，最好是移动存储
    .host = 手机访问本服务器所用的名称
    .demo = 虚构的患者：标记文件夹，允许离线密钥放在其中
serve = 接收、合并和应答，直到按 Ctrl-C
    .listen = 监听的地址和端口，代替配置中的
    .demo = 运行标有 DEMO 的文件夹
    .relay = 作为中继服务器运行：只保存和转交，不打开任何内容
site = 本服务器保存其日记的研究中心
site-list = 列出本服务器的研究中心
site-add = 加入本研究的一个研究中心：生成其密钥，由研究根密钥签名公布。正在运行的 `serve` 立即生效
    .site = 研究方案中的研究中心代码
    .offline = 该中心恢复密钥写到哪里：不要在本服务器上，最好是该中心的移动存储［默认：研究根密钥所在文件夹］
participant = 受试者，以及研究人员为其录入的内容
participant-add = 添加受试者
    .site = 研究中心；本服务器有多个中心时必须给出
    .yes = 确为另一名受试者，不是编号相似的那一名
participant-list = 列出全部受试者
participant-show = 显示受试者的全部现行内容
participant-rename = 更改受试者编号；原编号仍可查到
    .new = 新编号
    .yes = 确为另一个编号，不是相似的那一个
participant-link = 注明两个受试者编号是同一人，例如再次筛选之后
    .other = 另一个编号
    .undo = 取消关联
participant-attach = 把恢复后没有对应受试者的日记库重新归给受试者
    .vault = 日记库，见 `status`
    .renamed-from = 其证书上的编号（受试者后来改过编号时）
    .reason = 原因，例如依据哪份文件
participant-anchor = 设定、更改或取消日程锚点
    .anchor = 日程锚点，例如 cycle1
    .date = 日期，例如 2026-03-29；none 表示取消
    .reason = 原因；更改或取消锚点、更正操作时必须填写
participant-regimen = 更改用药方案：开始、调整或结束各项
    .file = TOML 文件：`from` 和 `[[lines]]`
    .reason = 原因；更改或取消锚点、更正操作时必须填写
participant-visit = 录入或计划访视；计划的访视在当天再录入一次即为已访视
    .date = 日期，例如 2026-03-29
    .kind = 类型，例如 scheduled
    .held = 已经访视；日期在将来时会被拒绝
    .reason = 原因；更改或取消锚点、更正操作时必须填写
participant-infusion = 录入研究药物的输注
    .cycle = 所属周期的锚点，例如 cycle1
    .day = 周期的第几天，从1开始
    .start = 开始时间（研究中心当地时间），例如 2026-03-29T09:30
    .stop = 结束时间（研究中心当地时间），已知时填写
    .dose = 所给剂量，例如 "9 ug"
    .reason = 原因；更改或取消锚点、更正操作时必须填写
participant-interruption = 录入输注的中断，以及恢复或提前结束；作为对该输注操作的更正
    .act = 输注操作的 id 的末尾，见 `participant acts`
    .paused = 中断的时间，按研究中心的时钟，例如 2026-03-29T14:00。该时间已录入的中断会被替换
    .resumed = 恢复的时间（如已知）
    .ended = 提前结束，没有恢复
    .none = 该时间没有中断：取消已录入的内容
    .given = 中断前已给药量（如已知），例如 "4 ug"
    .reason = 中断的原因，或更正的原因
participant-end = 录入结束参与
    .how = 结束的方式
    .last = 最后一天，例如 2026-03-29
    .corrects = 所更正的操作的编号末尾
    .yes = 询问的内容确实如此
participant-first-day = 设定日记的首日（时钟错误使其偏移时）。此前的日子不询问，也不算漏填
    .date = 日期，例如 2026-03-01
    .yes = 询问的内容确实如此
participant-acts = 列出受试者的全部操作：内容、状态、历史
participant-withdraw = 撤销操作：不该录入，或计划取消
    .act = 操作编号的末尾，见 `participant acts`
    .yes = 询问的内容确实如此
participant-entries = 误记在其他受试者名下的记录
participant-entries-not-theirs = 注明记录属于其他受试者：不再计入，但仍可查看
    .entries = 各记录编号的末尾，见报告
participant-entries-take-over = 从误记的受试者名下接管记录
    .entries = 各记录编号的末尾，见另一名受试者的报告
    .from = 误记在哪名受试者名下
participant-adjudicate = 裁定同一时段的多条记录以哪条为准
    .entry = 记录编号的末尾，见报告
    .reason = 为什么以它为准
participant-handled = 注明提醒已处理：仍保留在记录中，不再提示；之后的提醒会再次提示
    .rule = 规则或事件代码，见工作清单括号内
    .what = 处理的内容，例如“已致电，已在急诊就诊”
enrol = 生成一个链接，供受试者的一部手机加入
    .minutes = 链接有效的分钟数
    .host = 手机要联系的服务器，代替配置的中继服务器或本服务器
    .lent = 手机由医院借出，可加编号（如有）
pending = 列出等待确认的手机
confirm = 确认显示这六位数字的手机
    .digits = 手机上显示的六位数字
    .phone = 代替六位数字，用于 `pending` 中证书由已作废密钥签发的手机：其密钥的开头。请先与受试者手中的手机核对
    .scope = 给手机多少以前的日记：all、days:天数 或 none
    .reason = 为什么在另一部使用中的手机尚未同意时确认
recovery-secret = 忘记密码时，显示可打开受试者日记的恢复码
    .reason = 原因；稽查轨迹会记录
report = 访视前查看一名受试者的日记
    .days = 日记天数，含今天
    .html = 同时写出一页可打印的报告
    .pdf = 同时写出 PDF，用于打印和存档
    .replace = 替换已有的文件
study = 研究版本
study-check = 检查研究，不发布
study-publish = 发布新版本：用研究根密钥签名，手机据此获取
rebuild = 用保存的数据包重新得出全部记录，并比对
    .from-sealed = 用研究中心的密钥重新打开每个数据包，不用保存的明文
    .recovery-key = 同上，但用此文件中的恢复密钥，限该中心的受试者
    .replace = 用重建的记录替换不一致的现有记录，并说明原因
trail = 列出稽查轨迹并检查其连续性
status = 受试者、手机、最后联系、等待和未能合并的内容
clock = 查看服务器时钟（早于已签署的时间时不签署任何内容），或认可它
clock-accept = 认可时钟现在的时间，无论以前如何。之后服务器恢复签署
    .reason = 原因；稽查轨迹会记录
worklist = 需要处理的受试者，最紧急的在前
    .days-without-contact = 列出多少天没有联系的受试者
    .completion = 列出完成率低于此百分比的受试者；0 表示不列出
quarantine = 已保存但未合并的数据包：列出、查看、重新判断、采纳、不采纳
quarantine-list = 列出全部未合并的数据包及原因
    .of = 仅限此受试者或日记库
quarantine-show = 显示其中一个：是什么、为什么没有合并、如何处理
quarantine-retry = 重新判断其中一个，并说明还在等待什么。升级后服务器会自动进行
quarantine-accept = 把已停用手机发送的内容并入记录，此后不再移除
    .record = 数据包的序号，见 `list`
    .reason = 原因；会成为试验记录的一部分
quarantine-reject = 已停用手机发送的内容不并入记录，但仍保存
    .record = 数据包的序号，见 `list`
    .reason = 原因；会成为试验记录的一部分
keys = 研究的密钥：列出、续签、研究中心密钥换代
keys-list = 列出研究中心密钥各代、服务器、恢复密钥及签名有效期
keys-rotate = 生成并公布研究中心加密密钥的下一代，暂不启用
    .now = 立即启用，例如现行密钥可能已被复制时
    .reason = 原因；稽查轨迹会记录
keys-activate = 启用已公布的一代：手机从下次联系起使用它
    .generation = 第几代
    .reason = 原因；稽查轨迹会记录
keys-renew = 为研究的密钥续签一年
keys-drill = 仅用某研究中心的恢复密钥打开该中心全部保存的内容，并列出打不开的
    .recovery-key = 恢复密钥文件
keys-rewrap = 让现行一代也能打开以前各代加密的内容
    .recovery-key = 恢复密钥文件（以前某代的密钥丢失时）
receive = 收下手机用 `diary hand-over` 写出的文件，并写出回执
    .files = 手机写出的文件；不给出时重试等待中的文件
    .receipts = 为每部手机在此文件夹写出回执文件，由手机的 `diary take` 读入
backup = 备份并检查；可在 `serve` 运行时进行
    .to = 文件夹，或尚不存在的文件［默认：配置的文件夹］
restore = 把备份恢复到新文件夹
    .backup = 备份
    .recovery-key = 第一个研究中心的恢复密钥文件，用于打开数据库和该中心的密钥；其他中心各再给出一次
    .root = 研究根密钥文件，用于签发日记服务器的新密钥
    .keys = 保留下来的密钥文件夹，代替备份中的密钥
move = 把研究迁移到另一个数据库：从 SQLite 到 PostgreSQL，或相反
    .from = 研究现在哪里：`sqlite:路径` 或 `postgres://用户@主机/数据库`［默认：配置的数据库］
    .to = 迁到哪里：不存在的文件，或空的数据库
    .give-up = 放弃未完成的迁移：研究留在原处
database = PostgreSQL 中的权限
database-roles = 在 PostgreSQL 中建立角色：一个只用于运行，一个只读
    .export = 只读角色的名称，供导出使用
    .serve = 服务器和研究人员所用角色的名称
    .print = 不作更改；输出 SQL。无需数据库
phones = 受试者的手机
revoke = 停用手机：丢失、更换或误加入
    .because = 停用的缘由
    .reason = 原因；稽查轨迹会记录
give-back = 录入借出的手机已归还；仍在使用的手机随之停用
    .reason = 如何处理，记入稽查轨迹
lend = 更正手机的标记：医院借出，或受试者自己的
    .label = 编号（如有）
    .own = 是受试者自己的手机
    .reason = 更正标记的原因，记入稽查轨迹
allow = 允许手机存入更多，或重新计数；`status` 会显示哪些已用完
    .times = 可存入平常的多少倍；1 为平常
    .clear = 重新计数：此前存入的不再计数。不删除任何内容
    .reason = 原因；稽查轨迹会记录
relay = 互联网上的中继服务器，位于医院内的日记服务器之前
relay-init = 在中继服务器上：建立文件夹、密钥和医院所需的文件
    .study = 研究编号，例如 NCT06836973
    .site = 其后日记服务器的研究中心
    .host = 手机和日记服务器访问此中继服务器所用的名称
    .demo = 虚构的患者：标记文件夹
relay-add = 在医院：由研究根密钥认可一台中继服务器
    .file = 中继服务器的 relay.toml 文件
    .out = 密钥文件和研究写到哪里，以便带到中继服务器
relay-bundle = 在中继服务器上：读入 `relay add` 写出的文件
    .file = 文件
pull = 取回中继服务器收到的内容，合并，并转交要发出的内容
    .relay = 中继服务器［默认：配置中的 relay.host］
    .watch = 持续进行，直到按 Ctrl-C。设置了 relay.host 时，`serve` 会自动进行
    .again = 从头读取并重新转交全部内容。不改变已有的内容
export = 为稽查员写出文件，或为统计人员写出表格
export-files = 写出稽查员核查试验所需的全部内容，无需本服务器
    .folder = 新的或空的文件夹
    .sealed-only = 不含明文：仍可核查由谁所写，但看不到内容
export-csv = 把日记写成 CSV 表格，附变量说明和读取脚本：记录、回答、用药等
    .folder = 新的或空的文件夹
    .to = 同上，用选项指明
    .participant = 仅限此受试者；可多次给出
    .spreadsheet = 同时写出供 Excel 和 WPS 使用的 diaries.xlsx，各单元格类型正确：0012 和中文保持原样
verify = 核验导出的文件，或服务器公开的内容；无需数据文件夹和密钥
    .target = `export files` 写出的文件夹；或服务器地址（只能核验公开的内容）
    .root-fingerprint = 研究根密钥指纹，见研究文件：64位十六进制数
argument-data = 服务器的数据文件夹
argument-config = 配置文件［默认：数据文件夹中的 diary-server.toml］
argument-database = 数据库（不在数据文件夹中时）：`postgres://用户@主机/数据库` 或 `sqlite:路径`［默认：配置中的 database.url］
argument-by = 您的账户；稽查轨迹会记录
argument-json = 输出 JSON
argument-lang = 语言，例如 en 或 zh-CN
argument-subject = 受试者编号
argument-yes = 询问的内容确实如此：日期相差较远、顺序不符、用量异常、已有录入等
argument-reason = 原因
argument-corrects = 所更正的操作的编号末尾，见 `participant acts`
argument-phone = 手机在报告中的编号，或其密钥的开头，见 `phones`
argument-folder = 研究的文件夹
argument-site = 研究中心；本服务器有多个中心时必须给出
argument-only-site = 仅限此研究中心
argument-root = 研究根密钥文件
argument-of = 受试者编号或日记库
argument-record = 序号，见 `list`

## frame

usage = 用法：
heading-commands = 命令
value-command = 命令
heading-global = 通用选项
heading-arguments = 参数
heading-options = 选项
argument-help = 显示本帮助
argument-version = 显示版本

## below

exit-codes =
    退出代码：
    {"  "}0  完成
    {"  "}1  已拒绝：提示会说明原因和办法；没有任何改动
    {"  "}2  命令行有误
    {"  "}3  没有找到：受试者、锚点、手机或研究中心
    {"  "}4  文件夹、密钥文件、配置或研究无法使用
    {"  "}5  数据库故障，或被另一个进程占用
    {"  "}6  核验未通过：稽查轨迹断开，或重建的记录不一致
after-worklist =
    按紧急程度排列：紧急提醒、须当天联系的提醒、无法读取的记录、没有联系、
    等待确认的手机、被隔离的数据包、冲突、完成率低、仍在手机上的记录、缺少的
    授权；其后是一般提示、已有访视的提醒，以及没有手机的受试者。

    提醒为最近28天的。完成率按最近28个完整日记日的应填内容计算，包括用药。
    没有收到的内容，只有在每部手机都报告过没有未发送内容时才算漏填。
after-backup =
    备份是一个文件：全部研究中心的数据库（用其自身的密钥加密）；该密钥，用第一个研究中心的恢复密钥加密；
    各研究中心加密密钥的各代，用该中心自己的恢复密钥加密；配置。不含：日记服务器签名密钥、研究根密钥、恢复密钥、TLS文件。命名之前会打开并逐页检查。

    如在 diary-server.toml 中设置 [backup] folder = "..."，`serve` 会按 every_minutes 自动备份并保留最近几份；
    回读核对后，手机会显示哪些内容已备份。`backup` 不带 --to 时立即在那里备份一份；备份到别处时不会告知手机。
    备份按其中的编号排序，不按名称或时钟；只有本服务器自上次恢复以来的备份才计入和清理，
    文件夹中的其他内容原样保留并列出。
after-restore =
    有两种方式：
    {"  "}机器或磁盘已丢失：
    {"      "}diary-server restore 文件 --data 新文件夹 --recovery-key recovery.key --root study-root.key
    {"      "}密钥取自备份。备份中没有日记服务器签名密钥，因此由研究根密钥签发新的：两个离线文件都需要。
    {"      "}有多个研究中心时，每个中心各给出一次 --recovery-key；没有给出的中心先等待，以后可再补救。
    {"  "}密钥文件夹还在：
    {"      "}diary-server restore 文件 --data 新文件夹 --keys 旧文件夹/keys
    {"      "}切勿再与新服务器同时启动旧服务器。

    恢复之后：服务器进入新的纪元，手机会重新发送缺少的内容，包括备份之后登记的手机；它们还会交回见过的证书、
    停用命令和研究人员的录入。如由研究根密钥签发了新密钥，旧密钥所签的内容不再仅凭日期采信：备份之后登记的手机
    在 `pending` 中等待，各需一次 `confirm 受试者编号 --phone 密钥 --reason 原因`；备份之后研究人员录入的内容
    在 `quarantine` 中等待采纳。随后 `status` 会列出没有对应受试者的日记（`participant attach`）和仍然缺少、
    需要重新录入的内容。请给新文件夹配置旧服务器的地址，并按配置放入TLS文件。
after-move =
    例如一台机器不够用时：
    {"    "}diary-server move --data 文件夹 --from sqlite:文件夹/diary-server.db --to postgres://diary@db.example.org/diary
    反向迁移相同。请先停止服务器。迁移期间不能写入，但可以读取。全部内容复制后会逐行、逐本日记比对，
    然后研究才在新数据库中继续。如中断，再次执行同一命令即可接着进行。旧数据库不再接收内容：请保留到新数据库
    有了备份为止，再移走。

    之后请在 diary-server.toml 的 [database] 中把 url 设为新数据库；如新数据库是数据文件夹中的 diary-server.db，
    请删去 [database]。两个数据库都用数据文件夹中的密钥打开，密钥留在原处。
after-roles =
    请用拥有数据表的账户的 --database 地址执行；如果角色尚不存在，该账户须有权建立角色。
    也可以把 --print 输出的内容交给数据库管理员，用 psql -v ON_ERROR_STOP=1 在那里执行。
    每次升级程序后请再执行一次：它会先更新数据表，而运行用的角色无权这样做。

    新角色须先获得 LOGIN 权限和密码才能登录。请用运行用的角色运行和工作（写入配置的 database.url），
    拥有者账户只用于升级。只读角色读到的回答、操作和原因都是加密的。它供绕过服务器读取数据库的工具使用：
    `diary-server export` 会先记入稽查轨迹，须用运行用的角色。
staff = 页面使用的工作人员账户
staff-list = 列出账户
staff-add = 新建账户，并生成供本人设置密码的链接
staff-role = 更改账户的角色
staff-site = 取消账户在某中心的角色
staff-site-remove = 中心
staff-disable = 停用账户；其所有登录立即结束
staff-reset = 密码或手机丢失时，为账户生成新链接；其所有登录立即结束
staff-name = 账户名
staff-role-of = 角色：coordinator（协调员）、investigator（研究者）、monitor（监查员）、data-manager（数据管理员）或 administrator（管理员）
staff-site-of = 角色所在中心；本服务器有多个中心时必须给出
