# public: every key begins with public-.
public-brand-line = 产品安全
public-nav-report = 报告漏洞
public-nav-track = 查询进展
public-nav-advisories = 安全公告
public-nav-policy = 披露政策
public-nav-check = 我是否受影响？
public-nav-feeds = 订阅与文件
public-nav-key = 加密公钥
public-nav-thanks = 致谢榜
public-foot-key = OpenPGP 公钥
