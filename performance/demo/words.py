"""Names of people, companies and goods, all invented; what people write, in the company's language."""

from django.conf import settings


def say(chinese: str, english: str) -> str:
    """What a person of the company writes: in the one language that the company is set to."""
    return chinese if settings.LANGUAGE_CODE.startswith("zh") else english


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎".strip()
GIVEN = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英",
         "霞", "平", "刚", "桂英", "晓明", "文博", "雨桐", "子轩", "欣怡", "浩然", "思远", "佳琪"]  # fmt: skip

# region, country, currency, cities
HOME = {
    "EAST": [("华东", "CN", "CNY", ["上海", "杭州", "苏州", "宁波", "南京", "无锡", "温州", "合肥"])],
    "SOUTH": [("华南", "CN", "CNY", ["广州", "深圳", "佛山", "东莞", "厦门", "中山", "珠海", "南宁"]),
              ("华北", "CN", "CNY", ["北京", "天津", "青岛", "济南", "石家庄"])],
    "TAIWAN": [("台灣", "TW", "TWD", ["台北", "新竹", "台中", "台南", "高雄", "桃園"])],
    "EXPORT": [("北美", "US", "USD", ["Seattle", "Chicago", "Austin", "Boston", "Toronto"]),
               ("欧洲", "DE", "EUR", ["Hamburg", "Köln", "Lyon", "Milano", "Wien", "Rotterdam"]),
               ("东南亚", "SG", "USD", ["Singapore", "Bangkok", "Jakarta", "Hanoi"])],
}  # fmt: skip
BRANDS = ["恒源", "百佳", "锦程", "瑞丰", "宏达", "新纪元", "华美", "天成", "和信", "盛世", "金桥", "永泰", "优家", "东升",
          "明辉", "嘉禾", "鼎盛", "悦居", "中联", "海川", "启明", "安居", "福瑞", "卓越", "正大", "长青"]  # fmt: skip
BRANDS_TW = [
    "遠東",
    "大同心",
    "立山",
    "聯華居",
    "永豐家",
    "統御",
    "信益",
    "台新居",
    "宏亞",
    "億達",
    "優雅",
    "禾豐",
]
TRADES = ["家居用品", "百货", "商贸", "超市连锁", "礼品", "电器", "酒店用品", "进出口", "供应链", "电子商务"]
TRADES_TW = ["生活用品", "百貨", "貿易", "量販", "禮品", "餐具", "旅館備品", "國際"]
ABROAD = ["Nordlicht", "Blue Harbor", "Maple & Co", "Atlas", "Brightway", "Casa Verde", "Linden", "Kestrel", "Aurora",
          "Weber", "Fontaine", "Orion", "Pine Street", "Meridian", "Golden Gate", "Tulip", "Hartmann", "Sakura",
          "Riverside", "Copperfield", "Santoro", "Lumen", "Oakridge", "Bergström"]  # fmt: skip
ABROAD_TRADES = [
    "Housewares",
    "Trading",
    "Home & Living",
    "Imports",
    "Retail Group",
    "Kitchen Supply",
    "Gifts",
]
ABROAD_FORMS = {"US": "Inc.", "DE": "GmbH", "SG": "Pte. Ltd."}
# In the language of the customer: of the PRC, of Taiwan, of everybody else.
INDUSTRIES = [("零售", "零售", "Retail"), ("批发", "批發", "Wholesale"), ("电子商务", "電子商務", "E-commerce"),
              ("酒店", "飯店", "Hospitality"), ("礼品", "禮品", "Gifts"), ("超市", "超市", "Supermarket")]  # fmt: skip
SOURCES = [("展会", "展覽", "Exhibition"), ("客户介绍", "客戶介紹", "Referral"), ("推广活动", "推廣活動", "Promotion"),
           ("市场调研", "市場調查", "Research"), ("其他", "其他", "Other")]  # fmt: skip
TONGUES = {"CN": 0, "TW": 1}
ELSEWHERE = 2
POSTS = ["采购经理", "总经理", "采购员", "财务", "仓库主管"]
POSTS_ABROAD = ["Purchasing manager", "Owner", "Buyer", "Accountant"]

CATEGORIES = {
    "厨房 Kitchen": ["不锈钢保温杯 Vacuum flask", "不粘煎锅 Non-stick pan", "陶瓷刀 Ceramic knife", "砧板 Cutting board",
                   "玻璃密封罐 Glass jar", "电水壶 Kettle", "蒸锅 Steamer", "调料架 Spice rack", "量杯 Measuring cup",
                   "硅胶铲 Silicone spatula"],
    "收纳 Storage": ["抽屉收纳盒 Drawer box", "真空压缩袋 Vacuum bag", "鞋架 Shoe rack", "衣架 Hanger set",
                   "折叠箱 Folding crate", "首饰盒 Jewellery box", "收纳篮 Basket", "书立 Bookend"],
    "卫浴 Bath": ["浴帘 Shower curtain", "皂液器 Soap dispenser", "毛巾架 Towel rail", "防滑垫 Bath mat",
                "牙刷架 Toothbrush holder", "马桶刷 Toilet brush", "浴室镜 Mirror"],
    "户外 Outdoor": ["折叠椅 Folding chair", "野餐垫 Picnic mat", "保冷箱 Cool box", "露营灯 Camping lamp",
                   "烧烤架 Barbecue", "雨伞 Umbrella"],
    "礼品 Gift": ["香薰蜡烛 Scented candle", "马克杯 Mug", "茶具套装 Tea set", "相框 Photo frame", "花瓶 Vase",
                "玩偶 Plush toy", "记事本 Notebook", "圣诞摆件 Christmas figure"],
}  # fmt: skip
SIZES = ["S", "M", "L"]

PURPOSES = [say("新品介绍", "new products"), say("催收货款", "collection"), say("年度合同洽谈", "yearly contract"), say("回访", "return visit"),
            say("样品确认", "sample approval"), say("订单跟进", "order follow-up"), say("质量反馈", "quality feedback")]  # fmt: skip
RESULTS = [
    say("客户对新品感兴趣，要求报价。", "The customer likes the new products and asks for a quotation."),
    say("客户确认下月下单。", "The customer confirms an order for next month."),
    say(
        "客户反映交期偏长，希望提前一周。", "Delivery takes too long for the customer; wanted a week sooner."
    ),
    say("已取得样品确认。", "The samples are approved."),
    say("客户询价两个货柜。", "The customer asks for a quotation for 2 containers."),
    say("客户希望放宽账期。", "The customer would like longer payment terms."),
    say(
        "对方采购经理更换，已认识新联系人。", "A new purchasing manager; first meeting with the new contact."
    ),
    say("竞争对手报价低 5%，需要跟进。", "A competitor is 5 % cheaper; to be followed up."),
    say("客户答应月底付款。", "Payment promised for the end of the month."),
]
NEXT_STEPS = [
    say("发送报价", "send quotation"),
    say("寄样品", "send samples"),
    say("电话跟进", "call back"),
    say("安排验厂", "factory visit"),
]

WISHES = [say("周二、周四上午送货", "Deliveries on Tuesday and Thursday mornings"),
          say("报价须含税、含运费", "Quotes with tax and freight included"),
          say("每批附检验报告", "A test report with every batch")]  # fmt: skip
