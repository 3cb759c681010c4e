# `relay` 和 `pull` 的文字。

## relay

relay-made =
    已在 { $data } 建立中继服务器。它没有任何能打开日记的密钥。
    它的密钥留在本机：relay-signing.key 不要备份，database.key 须备份并与数据库分开存放。

    下一步：
    {"  "}把 { $card } 带到医院（其内容可公开），在那里执行：
    {"    "}diary-server relay add relay.toml --root 研究根密钥文件
    {"  "}把文件 relay-bundle 带回，在这里执行：
    {"    "}diary-server relay bundle relay-bundle
    {"    "}diary-server serve --relay
relay-named = 研究根密钥已认可中继服务器 { $host }；密钥现为第{ $version }版。
relay-configured = { $config } 已写入 [relay] host = "{ $host }"：链接使用这个名称，`serve` 从它取回内容。
relay-to-configure = { $config } 已指定一台中继服务器；请改为现行的：[relay] host = "{ $host }"：链接使用这个名称，`serve` 从它取回内容。
relay-added-next =
    下一步，在中继服务器上：
    {"  "}diary-server relay bundle { $file }       必须显示这个研究根密钥：{ $root }
    {"  "}diary-server serve --relay
    然后，在这里：
    {"  "}diary-server serve                   或不时执行：diary-server pull
    {"  "}diary-server enrol 受试者编号        链接经由中继服务器
relay-has-keys = 中继服务器已有研究密钥第{ $version }版。
relay-trusts-root =
    从现在起，本中继服务器信任这个研究根密钥：
    {"  "}{ $root }
    它必须与医院执行 `relay add` 时显示的一致。如不一致，请不要运行这台中继服务器，而是在新文件夹中用 `relay init` 另建一台。
relay-next = 下一步：diary-server serve --relay

## pull

pulled = 读取{ $read }条：收下{ $taken }条，{ $known }条已有。{ $settled }个数据包已办结。转交{ $handed }条。
feed-anew = 中继服务器的内容重新开始：它被恢复过，或历史与以前不同。已全部重新读取；这里已有的内容没有改动。
bundle-given = 已把最新的密钥和研究版本交给中继服务器。
recovered = 以前遗留的{ $n }条现已收下。
left-over = 遗留{ $n }条：{ $code }。
dropped = 另有{ $n }条无法保留；`pull --again` 会重新读取。
refused = 中继服务器没有接收{ $n }条。
