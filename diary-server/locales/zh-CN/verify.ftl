# `verify` 的文字。

export-of = { $study } 的导出，研究中心 { $site }，生成于 { $at }。
root = 研究根密钥指纹 { $root }。
root-as-given = 研究根密钥指纹 { $root }，与给出的一致。
root-from-export = 研究根密钥指纹 { $root }，读自导出本身！
other-root =
    给出的指纹不是本导出的研究根密钥的指纹。
    {"  "}给出  { $given }
    {"  "}导出  { $export }
    请将给出的指纹与研究文件逐字符核对。如输错：请给出正确的；尚未核验任何内容，也不说明导出有问题。如无误：这是另一项研究的导出，或是伪造的，请勿信任。
proved = 已证实：
worth-knowing = 值得知道，但不是导出的问题：
not-proved = 未证实：
foreign = 含有不属于这里的内容。它们由作者签名，服务器照收，任何日记都不计入；这不表示有内容被改动：
everything-holds = 核验过的内容全部无误。
wrong = 有误：
does-not-hold = 本导出未通过核验。请原样保存，并请研究中心另行导出。
finding = { $file }：{ $what }
finding-in-record = { $file }，第{ $n }条：{ $what }

## what was proved

files = { $n }个文件与日记服务器签名的逐字节一致
bundles = { $n }个版本的研究密钥由研究根密钥签名，前后没有遗漏
studies = { $n }个研究版本与密钥所列的一致
trail = { $rows }条稽查轨迹前后相连；{ $checkpoints }个已签名的检查点与之相符
vaults = { $n }个日记库：其{ $records }条内容连续无缺，直到已签名的末端
parcels = { $parcels }个数据包和{ $grants }份授权由作者签名，{ $rewraps }份重新封装由日记服务器签名
certificates = { $n }份证书和停用命令由当时有效的日记服务器签名
receipts = { $n }份收据由有权的服务器签名，所指的数据包都在
plaintexts = { $plaintexts }份明文（含{ $entries }个记录版本）与作者的承诺一致
signatures = 另有{ $n }个签名无误

## what was not

unproved-root = 密钥确属本研究：研究根密钥指纹读自导出本身。请与研究文件上的核对，或用 --root-fingerprint 给出
unproved-plaintexts = 所写的内容：本导出不含明文
unproved-newer = 没有遗漏更新的内容：导出到日记服务器所说之处为止。较早的导出、手机或中继服务器可以显示更新的状态
unproved-person = 日记库属于哪个人：受试者编号在 participants.csv 中，而证书中的编号只有研究中心的密钥能打开
unproved-clocks = 时钟准确：时间以设备和服务器所说为准

## a server

server-role = 它有本研究的{ $role }密钥，并正在使用
server-bundle = 它出示的研究密钥第{ $version }版由研究根密钥签名
server-unproved =
    未证实：日记的内容。服务器只向各自的手机出示日记；请研究中心执行
    `diary-server export files 文件夹`，并核验该文件夹。
server-other-study = 研究第{ $version }版：其内容与研究根密钥签名的不一致
server-no-study = 研究第{ $version }版：{ $problem }
server-greeting = 它的应答：{ $problem }
server-nothing-holds = 以给出的指纹核验，这台服务器出示的内容全部不成立。请与研究文件逐字符核对。如输错：请给出正确的。如无误：请勿让手机使用这台服务器。
server-does-not-hold = 这台服务器未通过核验。请勿让手机使用它。
