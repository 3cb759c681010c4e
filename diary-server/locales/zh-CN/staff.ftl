# 研究中心人员所用命令行的文字。

## enrol

relay-unaware-of-link = 中继服务器还不知道这个链接（{ $error }）。手机仍可加入并记录；下次执行 `diary-server pull` 后，中继服务器才会接收手机发送的内容。
link-instructions =
    仅供 { $subject } 的一部手机使用，{ $until } 前有效。请勿转发给他人。
    在手机上：扫描二维码，或输入 `diary join 链接`。随后手机会显示六位数字。
    然后在这里输入：  diary-server confirm { $subject } 六位数字   （手机上显示的数字，任何时候都可以）
    受试者现在就可以开始写日记。

## recovery

secret-handling =
    请先核实身份，只念给受试者本人。用它可以打开那部手机上的日记，并设置新的密码。
    稽查轨迹已记录本次查看的人员和原因。

## receive

nothing-waits = 没有等待处理的文件。
damaged-file = 文件不完整或已损坏，其中完好的部分已收下。
received-from-phone = 一部手机，受试者 { $subject }：{ $parcels }
parcels-stored = { $n }份已收下
parcels-received-before = { $n }份以前已收到
parcels-waiting-for-confirmation = { $n }份等待确认手机
parcels-waiting-for-key = { $n }份等待密钥
parcels-after-missing = { $n }份之前有缺失
parcels-of-same-place = { $n }份与另一份位置相同，两份都保留
parcels-in-quarantine = { $n }份在隔离区
parcel-refused = 第{ $number }份没有收下（{ $why }）
no-parcels = 没有数据包。
semicolon = ；
parcel-total = 共{ $total }份：{ $said }。
refused-damaged = 已损坏
refused-too-large = 太大
refused-signature = 签名不符
refused-other-diary = 属于另一本日记
waits-for-participant = 这里没有受试者使用这本日记。文件已保留，每次 `receive` 时会再试。
waits-for-phone = 这里还不认识这部手机，文件里也没有可以证明它的内容。文件已保留，每次 `receive` 时会再试。
not-a-parcel-file = 这不是日记文件，或者里面没有完好的内容。请再要一份。
file-is-answer = 这是给手机的回执，请在手机上用 `diary take` 读入。
file-of-other-study = 这个文件属于另一项研究，没有保留其中任何内容。
phone-turned-away = 这部手机在确认之前已被拒绝，没有保留其中任何内容。
no-room-to-wait = 需要等待，但等待的文件太多。请保存好，稍后再收。
answer-written = { $file }：给受试者 { $subject } 手机的回执，请带回。
receipts-written = { $file }：给受试者 { $subject } 手机的收据；该手机已停用，不再读取其他内容。

## participant

participation-completed = 按方案完成
participation-withdrawn = 退出研究
participation-screen-failure = 筛选失败
participation-lost-to-follow-up = 失访

## recovery secret

secret-of-phone = { $secret }   （{ $joined } 加入的手机）

## report

report-quarantine = 隔离：`diary-server quarantine list { $subject }`
report-export-files = 导出全部记录：`diary-server export files 文件夹`
report-revoke = 停用手机：`diary-server revoke { $subject } 手机`
