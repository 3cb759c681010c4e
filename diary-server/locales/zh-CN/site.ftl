# `site` 的文字。

added = 研究中心 { $site }（{ $zone }）已加入本服务器。手机和正在运行的 `serve` 立即生效。
added-before = 研究中心 { $site }（{ $zone }）此前已用这把恢复密钥加入。未做任何更改。
recovery-key =
    请立即移出本机，保存两份，分别在该研究中心上锁保管，切勿交给申办方：
    {"  "}{ $file }
        { $site } 的恢复密钥。只能打开该研究中心的日记，不能打开其他研究中心的日记。每年试用一次：
        diary-server keys drill --recovery-key 文件
    请把研究根密钥放回安全处，并做一次备份，其中包含新研究中心的加密密钥。
next =
    下一步：
    {"  "}diary-server staff add 账号 administrator --site { $site }
    {"  "}diary-server participant add 受试者编号 --site { $site }
column-name = 名称
column-zone = 时区
column-participants = 受试者
