# 文件夹、密钥、数据库、备份和中继服务器的故障，命令行用语。

## FolderError

folder-not-initialised = { $path }：这里没有日记服务器。请用 --data 指明其数据文件夹，或用 `diary-server init` 新建
folder-no-database = { $database }：没有本服务器的数据库。没有新建或改动任何内容。请保留密钥 { $keys }：只有它们能打开数据库。如果数据库在别处，请用 --database 或 diary-server.toml 中 [database] 的 url 指明；如已丢失：`diary-server restore 备份 --data 新文件夹 --keys { $keys }`
folder-not-empty = { $path }：不是空的。没有任何改动；请指定新的或空的文件夹
folder-demo = { $path }：标有 DEMO，其中是虚构的患者。正式研究请用另一个文件夹，或加 --demo
folder-not-demo = { $path }：没有标 DEMO，其中可能是正式研究。请去掉 --demo
folder-serving = { $path }：另一个 `diary-server serve` 正在使用此文件夹。请先停止它
folder-io = 无法读写 { $path }：{ $reason }

## KeyFileError

key-file-exists = { $path }：已有同名的密钥文件。没有任何改动
key-file-io = 无法读写密钥文件 { $path }：{ $reason }
key-file-readable = { $path }：所有者以外的人可以读取或更改这个密钥文件（权限 { $mode }）。请执行：chmod 600 { $path }
key-file-damaged = { $path }：不是可读的{ $expected }：{ $problem }。请从备份或安全处重新取出
key-file-other = { $path }：这是 { $study }、研究中心 { $site } 的{ $found }；这里需要{ $expected }

## KeysError

keys-trust = { $path }：{ $problem }
keys-no-folder = 这些密钥不在文件夹中
keys-no-sealing-key = { $path }：没有 site-sealing-*.key。没有它就无法打开手机发送的内容：请从备份取出，或用恢复密钥打开备份

## RotationError

rotation-pending = 第{ $generation }代已公布但尚未启用。请先启用：`keys activate { $generation }`
rotation-not-pending = 第{ $generation }代尚未公布；`keys list` 列出已公布的
rotation-known-site = 研究已列有该研究中心的密钥
rotation-known-key = 研究已列有这把密钥

## AuthorError

author-no-sealing-key = 密钥文件列有研究中心密钥第{ $generation }代，而本服务器没有
author-not-in-bundle = 密钥文件中没有研究中心 { $site } 的加密密钥或恢复密钥
author-grant = 日记服务器的授权：{ $problem }
author-seal = 日记服务器的数据包：{ $problem }

## BackupError

backup-exists = { $path }：已存在。没有任何改动；请换一个文件名，或指定文件夹
backup-no-recovery-key = 密钥文件中没有本研究中心的恢复密钥：备份将无人能打开
backup-not-a-backup = { $path }：不是 diary-server 的备份
backup-newer = { $path }：由更高版本的 diary-server 生成。请用该版本恢复
backup-damaged = { $path }：已损坏，{ $what }。请用另一份备份
backup-recovery-key = 这个恢复密钥（{ $given }）打不开该备份；需要密钥 { $needed }
backup-sealing = 密钥文件中的恢复密钥：{ $problem }
backup-store = 数据库：{ $problem }

## RestoreError

restore-no-database-key = 备份中没有数据库密钥
restore-no-site-key = 备份中没有研究中心加密密钥
restore-foreign-keys = 这些密钥与备份属于不同的研究或研究中心
restore-foreign-root = 这个根密钥不属于备份中的研究
restore-bundle = 备份中的密钥文件：{ $problem }
restore-store = 数据库：{ $problem }

## MoveError

move-not-founded = --from 所指的数据库中没有研究
move-in-use = { $problem } 所指的数据库正被另一个 `diary-server` 使用。请先停止所有使用它的服务器；没有任何改动
move-occupied = --to 所指的数据库中已有研究。请指定空的数据库，或不存在的文件；没有任何改动
move-left-before = --to 所指的 PostgreSQL 中是以前从那里迁出时的研究。它会原样保留；请在旁边新建一个空数据库并指明。没有任何改动
move-differs = 两个数据库中的 { $what } 不一致：--to 所指的不是空的，或是放弃迁移后遗留的。请指定空的数据库；没有丢失任何内容，全部仍在 --from 所指的数据库中
move-from = --from 所指的数据库：{ $problem }
move-to = --to 所指的数据库：{ $problem }
move-stopped = { $problem }。没有丢失任何内容；再次执行同一命令会接着进行

## SetupError

setup-study =
    研究无法使用：
    { $problem }
setup-unknown-site = 研究中心 { $site }：本研究没有这个中心，只有 { $known }
setup-offline-inside = { $path }：在数据文件夹之内。研究根密钥和恢复密钥不得留在服务器上：拿走服务器的人会一并拿走它们。请用 --offline 指定另一个文件夹，最好在移动存储上
setup-offline-exists = { $path }：已存在。没有任何改动；请用 --offline 指定另一个文件夹
setup-location = 数据库：{ $problem }
setup-store = 数据库：{ $problem }

## RelaySetupError

relay-setup-location = 数据库：{ $problem }
relay-setup-store = 数据库：{ $problem }
relay-setup-file = 无法读写 { $path }：{ $reason }
relay-setup-not-a-card = { $path }：不是 `diary-server relay init` 写出的 relay.toml
relay-setup-other-study = 该中继服务器属于 { $study }、研究中心 { $site }，与本服务器不同。请按本服务器的研究和研究中心新建
relay-setup-other-root = 这个根密钥不属于本研究
relay-setup-named = 密钥文件已列有这台中继服务器。没有任何改动
relay-setup-not-a-bundle-file = 不是 `diary-server relay add` 写出的文件：{ $problem }
relay-setup-bundle = 密钥文件：{ $problem }
relay-setup-root-changed = 密钥文件的研究根密钥与这台中继服务器建立时的不同。没有任何改动
relay-setup-not-named = 密钥文件没有列出本中继服务器的密钥 { $key }：请把它的 relay.toml 带到医院并执行 `relay add`
relay-setup-not-newer = 密钥文件不比本中继服务器已有的新。没有任何改动

## PullError

pull-not-a-relay = { $host } 不是本研究的中继服务器：请用 `diary-server relay add` 添加
pull-bundle-lost = 中继服务器有本服务器丢失的密钥（第{ $relay }版，这里是第{ $keeper }版），在签发更高版本之前不接受其他密钥：请执行 `diary-server keys renew` 后再取，直到不再出现本提示
pull-page = 中继服务器的内容与以前读取的不相连：{ $problem }。本页内容没有收下

## ClientError

client-setup = 无法使用网络：{ $problem }
client-offline = 无法联系中继服务器 { $host }：{ $reason }
client-not-the-relay = { $host }：回应的不是中继服务器（状态 { $status }）。地址对吗？中间是否有代理？
client-problem = 中继服务器拒绝：{ $message }
client-reply = 中继服务器的回应不可信：{ $problem }

## ServeError

serve-start = 数据库：{ $problem }
serve-backup-elsewhere = 配置中的 [backup] 只适用于数据文件夹中的数据库；现在的数据库是 PostgreSQL，请用其自带的工具备份，并删去 [backup]
serve-relay-host = relay.host：{ $problem }
serve-listen = { $key } = { $listen }：{ $reason }。是否有其他程序占用此端口？
serve-disk-failed = 磁盘故障。此后没有确认收到任何内容；手机仍保留数据。请检查磁盘后重新启动
serve-stopped = 服务器已停止：{ $problem }

## StartError

start-not-founded = 其中没有研究。没有写入任何内容；请用 --database 或 diary-server.toml 中 [database] 的 url 指明正确的数据库
start-bundle = 数据库中的密钥文件：{ $problem }
start-not-in-bundle = 密钥文件没有列出本服务器的签名密钥 { $key }；手机不会信任它
start-retired = 密钥文件已作废本服务器的签名密钥 { $key }；手机不会信任它

## TransportError

transport-plain-in-the-open = server.listen = { $listen }：其他机器可用未加密的 HTTP 访问。请在 [tls] 中给出证书和密钥，或监听 127.0.0.1；如由前面的代理处理 TLS，请设置 server.behind_proxy = true

## TlsError

tls-file = { $key } = { $path }：{ $problem }
tls-pair = tls：证书与密钥不能一起使用：{ $problem }

## TelemetryError

telemetry-filter = log.filter：{ $reason }。请用级别（error、warn、info、debug）或 diary_server=debug 这样的写法
telemetry-already-set = 本进程已设置日志

## ConfigError

config-unreadable = 无法读取 { $file }：{ $reason }
config-unknown-variable = { $name }：未知的环境变量。可用的有 { $known }
config-variable = { $name }：{ $problem }

## StoreError

store-not-found = 没有找到：{ $what }
store-conflict = { $what }
store-busy = 数据库正被另一个进程占用
store-away = { $during }：数据库没有响应
store-full = 数据库空间已满
store-fatal = { $during }：磁盘故障；最后的改动是否已写入不得而知
store-empty = 数据库是空的，因此不是本服务器密钥所对应的那一个。没有写入任何内容；请保留密钥。请用 --database 或 diary-server.toml 中 [database] 的 url 指明正确的数据库；如已丢失：`diary-server restore`
store-no-access = { $during }：该账户无权使用数据库，或数据库打不开：{ $source }。没有写入任何内容。请让运行 diary-server 的账户拥有数据库文件及其文件夹；PostgreSQL 须有正确的账户、密码和数据库名
store-key-or-file = 数据库无法读取：它属于另一台使用其他密钥的日记服务器，或不是数据库。没有写入任何内容。请指明本文件夹的密钥所对应的数据库
store-no-cipher = 本程序编译时没有包含 SQLCipher
store-newer-version = 数据库版本为 { $found }，本程序最高支持 { $newest }
store-older-tables = 数据表比本程序旧，而该账户无权更改：请用拥有数据表的账户执行 `diary-server database roles`
store-corrupt = 数据库已损坏：{ $what }
store-moving = 研究正在迁移，期间不写入任何内容。要完成迁移：再次执行同一条 `diary-server move`。要留在原处：`diary-server move --give-up`
store-moved = 研究已迁移到另一个数据库。请用 --database 或 diary-server.toml 中 [database] 的 url 指明它
store-clock = 服务器时钟为 { $shown }，而此前签署的最新时间是 { $newest }：解决之前不签署任何内容。请校准时钟；如果现在的时间正确，请认可时钟。
store-stopped = 数据库已关闭
store-database = { $during }：数据库拒绝执行

## LocationError

location-unreadable = 数据库应写作 sqlite:路径 或 postgres://用户@主机/数据库

## AddressError

address-unreadable = 这不是 PostgreSQL 数据库的地址。写法如 postgres://user@host:port/database 或 postgres://user@/database?host=/run/postgresql；名称和密码中字母、数字以外的符号写作 % 加两位十六进制数
address-ssl-mode = sslmode 只能是 disable、prefer、require、verify-ca、verify-full
address-in-the-clear = 通过网络访问数据库须用 TLS：请去掉 sslmode，或写 sslmode=verify-full；只有 Unix 套接字或本机才可不用 TLS
address-authorities = sslrootcert：{ $path } 中没有可读的证书

## RolesError

roles-name = 角色名用小写字母、数字和 _，以字母开头，最多63个字符；public、none 和以 pg_ 开头的名称由 PostgreSQL 保留
roles-same = 运行用的角色和导出用的角色应是两个：请取不同的名称

## Purpose

purpose-study-root = 研究根密钥
purpose-recovery = 恢复密钥
purpose-site-sealing = 研究中心加密密钥
purpose-keeper-signing = 日记服务器签名密钥
purpose-database = 数据库密钥
purpose-token = 令牌密钥
purpose-relay-signing = 中继服务器签名密钥

## KeyDamage

damage-other-version = 版本不同
damage-not-hex = 密钥内容不是64位十六进制数
damage-other-id = 密钥内容与编号不符
damage-empty = 文件是空的，断电时会这样
damage-cut-off = 文件不完整，断电或磁盘已满时会这样
damage-no-key-file = 不是密钥文件

## BackupDamage

damage-manifest-cut-off = 清单不完整
damage-manifest-too-long = 清单过长
damage-manifest-unreadable = 清单无法读取
damage-database-length = 数据库长度不符
damage-database-altered = 数据库被改动
damage-not-read-back = 回读不一致

## VariableProblem

variable-tls-pair = 证书和密钥须同时给出
variable-address = 应为地址和端口，例如 127.0.0.1:8440
variable-address-or-off = 应为地址和端口，或 off
variable-boolean = 应为 true 或 false
variable-log-format = 应为 text 或 json
tls-no-certificate = 其中没有证书；需要 PEM 文件
host-plain-http = 只有本机才可用 http；须用 https
host-unreadable = 这不是服务器名称，例如 diary.example.org 或 diary.example.org:8443
