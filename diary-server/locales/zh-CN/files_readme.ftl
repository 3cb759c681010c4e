# 供检查的导出的 README.txt。

before = 日记研究供检查用的导出。
check =
    核验方法：
    {"  "}{ $command }
    指纹是研究根密钥的指纹；请从试验的纸质文件中取得，不要从本文件夹中取得。
after = 除非导出时使用了 --sealed-only，凭本文件夹可以读到其中的每一份日记：请像保管日记本身一样保管它。

## files

file-manifest = 本次导出的类型和内容，由日记服务器签名
file-list = 其他每个文件及其长度和 SHA-256
file-bundles = 研究的各版密钥，由根密钥签名
file-trail = 工作人员的稽查轨迹，为带签名检查点的哈希链
file-participants = 各受试者的编号及其日记库
file-studies = 研究的各个版本
file-log = 日记服务器保存的一名受试者的全部数据，按收到时的原样，为哈希链
file-head = 日记服务器对该链的签名
file-opened = 数据包的内容，附有证明作者的随机数
