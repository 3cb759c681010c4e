# 运行、迁移、备份和恢复服务器的命令所用文字。

## serve, clock, database

serving = 正在 { $address } 上运行，数据文件夹 { $data }。按 Ctrl-C 结束。
serving-known-as = 正在 { $address } 上运行，数据文件夹 { $data }，手机使用的名称为 { $name }。按 Ctrl-C 结束。
serving-pages = 工作人员页面：{ $address }
clock-shows = 服务器时钟为 { $now }。{ $said }
clock-undoubted = 没有疑问。
role-exports = { $role } 可读取导出所需的内容，不能写入。
role-serves = { $role } 可执行服务器所做的操作，别无其他权限。请写入配置文件的 database.url。
role-needs-login = 新角色须先获得 LOGIN 权限和密码才能登录。

## backup

backed-up = 已备份到 { $file }
backup-holds = { $participants }名受试者，{ $vaults }个日记库，{ $parcels }个数据包；数据库{ $bytes }字节，SHA-256 { $hash }
backup-keys = 已用恢复密钥加密的内容：数据库密钥、第 { $generations } 代研究中心密钥
backup-keys-of-site = 已用 { $site } 的恢复密钥加密的内容：该中心第 { $generations } 代密钥
backup-lacks = 不含：日记服务器签名密钥、研究根密钥、恢复密钥、TLS文件
backup-checked = 已打开并逐页检查。
backup-receipts = 已回读核对；将告知手机：现有{ $n }个数据包已备份。
backup-elsewhere = 不是配置的文件夹：不会告知手机。
backup-left = 该文件夹中以下内容原样保留，未计入，也未删除：
left-other-study = 研究 { $study }、研究中心 { $site } 的备份
left-other-keeper = 本研究中心另一台日记服务器的备份，密钥 { $key }
left-earlier = 数据库恢复或退回之前的备份
left-no-number = 编号不可能正确的备份
left-half = 不完整的备份：正在生成或曾中断
left-not-removed = 已过期但无法删除：{ $error }
left-not-a-backup = 不是 diary-server 的备份
left-newer = 由更高版本的 diary-server 生成，请用该版本恢复
left-damaged = 已损坏，请用另一份备份

## restore

restored = 已将 { $made } 的备份恢复到 { $data }：{ $participants }名受试者，{ $parcels }个数据包，纪元 { $epoch }。
new-keeper-key = 研究根密钥已为本服务器签发新密钥 { $key }。请把研究根密钥和恢复密钥放回安全处。
keys-used-again = 继续使用保留下来的密钥。切勿同时启动旧服务器。
tls-files = 启动之前，请放入以下TLS文件（备份中不含）：
restore-next = 下一步：diary-server serve。缺少的内容手机会重新发送。`status` 会列出需要查看的内容：没有对应受试者的日记，以及备份之后由研究人员录入、而没有手机带回的内容。
needs-data = --data 文件夹：新的数据文件夹，应不存在或为空
needs-backup = 文件：备份
site-without-keys = 研究中心 { $site }：未提供其恢复密钥，因此其加密密钥没有打开，该中心手机发送的内容将等待处理。取得 { $site } 的恢复密钥后执行：diary-server keys rotate --site { $site } --now --root 文件，以及 keys rewrap --site { $site } --recovery-key 文件
needs-recovery-key = --recovery-key 文件：用于打开备份中密钥的离线文件
needs-root = --root 文件：用于签发日记服务器新密钥的离线文件
needs-keys-instead = 或用 --keys 文件夹代替这两项：保留下来的本服务器密钥文件夹

## move

move-given-up = 已放弃迁移。研究留在原处：diary-server serve。
set-aside = 已移开 { $name }：以前留在那里的数据库，其中没有研究独有的内容
copied = 已复制  { $table }：{ $rows }
the-same = 已核对  { $table }：{ $rows }
moved = 研究已迁移：{ $rows }行，{ $vaults }本日记，两个数据库内容一致。
moved-finished = 研究已迁移；内容此前已全部到位。
moved-before = 研究以前已迁移。没有任何改动。
move-next-own = 下一步：在 { $config } 中删去 [database]，然后执行 diary-server serve。旧数据库不再接收内容；请保留到新数据库有了备份为止。
move-next-named = 下一步：在 { $config } 的 [database] 中把 url 设为 --to 所用的地址，然后执行 diary-server serve。旧数据库不再接收内容；请保留到新数据库有了备份为止。
