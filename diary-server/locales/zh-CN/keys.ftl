# `keys` 的文字。

root-key-back = 请把研究根密钥放回安全处。
renewed = 密钥签名有效期至 { $until }。请把研究根密钥放回安全处。
announced =
    研究中心密钥第{ $generation }代已生成并公布；手机仍使用上一代。
    请先备份本服务器，以免文件 site-sealing-{ $name }.key 只有一份，然后启用：
    {"  "}diary-server keys activate { $generation } --site { $site } --root 文件
in-use = 第{ $generation }代已启用：手机从下次联系起使用它。请保留以前各代的文件，以前加密的内容要靠它们打开。等手机获知后，执行 `keys rewrap`，第{ $generation }代也能打开那些内容。

## drill

drill-of = { $site } 的恢复密钥
drill-whole = 凡能打开的内容，恢复密钥都能打开。
drill-not-whole = 恢复密钥有内容打不开！
drill-counts = 共{ $vaults }个日记库：仅用恢复密钥，{ $grants }份授权中有{ $grants-opened }份、{ $parcels }个数据包中有{ $parcels-opened }个可以打开，且与保存的内容一致。{ $grants }份授权中有{ $in-use }份已用现行一代密钥封装。
drill-grants-needed = 有{ $n }个数据包在等待授权，没有试。
drill-does-not-open = 打不开：
drill-never-opened = 在隔离区，任何密钥都从未打开：
drill-record = { $subject }，日记库 { $vault }，第{ $record }号：{ $why }
no-participant = 没有受试者
recovery-key-back = 请把恢复密钥放回安全处。

## rewrap

rewrapped = { $rewrapped }份授权已用第{ $generation }代封装；现在它能打开{ $grants }份中的{ $opens }份。尚未获知的手机仍可能发送旧的授权：请在它们下次联系后再执行一次。
rewrap-unopened = 有{ $n }份授权用这里的密钥都打不开。请提供恢复密钥：`keys rewrap --recovery-key 文件`。

## list

list-good = 研究密钥第{ $version }版，有效期至 { $until }
list-expired = 研究密钥第{ $version }版，已过期（{ $until }）：手机会提示，但仍可继续使用；请用 `keys renew --root 文件` 重新签名
root-fingerprint = 研究根密钥指纹 { $root }
column-standing = 状态
not-on-this-server = 不在本服务器上
site-sealing = 研究中心加密 第{ $generation }代
of-site = { $site }：{ $key }
recovery = 恢复
keeper-signing = 日记服务器签名
relay-signing = 中继服务器签名
offline = 离线保管
pending = 待启用
active = 现行
expired = 已过期
retired = 已作废 { $at }
this-server = 本服务器
never-tried = 从未试用：`keys drill`
last-tried-whole = 最近一次试用：{ $at }，全部内容都能打开
last-tried-not-whole = 最近一次试用：{ $at }，有内容打不开
