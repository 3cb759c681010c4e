# 建立和运行服务器的命令行文字。

## init

keeper-made = 已在 { $data } 建立 { $study } 第{ $version }版、研究中心 { $site } 的日记服务器。
offline-keys =
    请立即从本机移走以下两个文件，各做两份，分别锁存在研究中心（不得交给申办方）：
    {"  "}{ $root }
        研究根密钥。所有手机都信任由它签名的内容。发布新版研究方案、或服务器丢失后重建时需要它。
        丢失：所有手机须重新登记。被盗：他人可冒充本服务器。
    {"  "}{ $recovery }
        恢复密钥。本服务器的密钥丢失后，用它可以打开本研究中心的全部日记。请每年试用一次。
        若与服务器一同丢失：手机上已不再保存的内容将永远丢失。被盗：所有日记都可被读取。
server-keys =
    以下文件留在本服务器上，只有服务账户可以读取：
    {"  "}{ $keys }/site-sealing-1.key
        打开手机加密发给本研究中心的内容。须备份。丢失：用恢复密钥。
    {"  "}{ $keys }/keeper-signing.key
        为本服务器发出的内容签名。不要备份。丢失：由研究根密钥签发新的。
    {"  "}{ $keys }/database.key
        加密数据库。须备份，并与数据库分开存放。丢失：数据库随之丢失。
    {"  "}{ $keys }/token.key
        用于设备的短时验证。丢失：换一个新的即可。
keys-signed-until = 密钥签名有效期至 { $until }。过期后手机会提示，但仍可继续使用。
offline-keys-on-same-disk = 警告：两个离线密钥写在了服务器自己的磁盘上。拿到这块磁盘或其备份的人就拿到了密钥。请移到移动存储上，不要在本机留下副本。
next-steps = 下一步：
public-name-step = 在 diary-server.toml 中设置 server.public（手机访问本服务器所用的名称）

## study

study-usable = { $id }第{ $version }版可以使用。SHA-256 { $hash }
nothing-ignored = { $id }（{ $version }）：{ $asked }个问题，没有忽略的内容
some-ignored = { $id }（{ $version }）：{ $asked }个问题；以下内容被忽略，或按另一种方式理解：
published = 第{ $version }版已发布。
published-before = 第{ $version }版以前已发布，无需再做什么。
phones-fetch-study = 手机下次联系时会获取；以前的回答仍属于填写时的版本。`status` 会列出还没有新版本的手机。请把研究根密钥放回安全处。

## staff

role-given = { $account } 现在是 { $role }。其所有登录已结束。
role-taken = { $account } 在 { $site } 不再有角色。其所有登录已结束。
account-disabled = { $account } 已停用，所有登录已结束。
account-line = { $account }  { $state }  { $roles }
account-link =
    { $account } 的链接，只能使用一次，有效期至 { $until }。请本人打开并设置密码：
    {"  "}{ $link }
first-administrator =
    页面的第一位管理员：{ $account }。运行 `diary-server serve` 后，请打开此链接（只能使用一次，有效期至 { $until }）：
    {"  "}{ $link }
