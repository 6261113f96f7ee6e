"""How `metrics/common_passwords.txt` is made: by rules written here, copied from no list.

People build passwords from few things: a word or a name, a walk over the keyboard, a run of digits, a year. The words
are those that every report on guessed passwords names, and their Chinese counterparts in pinyin (names that many
people bear, cities, greetings, what an office writes); the endings are those that are put behind them. A word stands
in the file by itself, so that `metrics/password_rules.py` finds it behind any digits and signs; with its endings
wherever that makes 8 characters or more, the shortest that any profile accepts. `python -m tests.guessed_passwords`
writes the file anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.serving import ROOT

FILE = ROOT / "metrics/common_passwords.txt"
SHORTEST = 8
_HEAD = """\
# Passwords that are tried first, one a line, in lower case: made by rules (tests/guessed_passwords.py), copied from
# no list.
# Words stand by themselves, then with endings; then walks over the keyboard and runs of digits and letters.
"""

ENGLISH = """
access admin administrator alexander angel apple asshole august autumn banana baseball basketball batman biaochi
blink bubbles butterfly changeme changemeplease charlie cheese chelsea chocolate clerk computer cookie corvette
cowboy dallas daniel database december default demo diamond dragon elephant evaluator february ferrari flower
football forever freedom friday friends gauge ginger google government guest hannah hello helloworld hockey hunter
iloveyou internet january jasmine jennifer jessica jordan joshua july june killer leader letmein letmeinnow
letmeinplease liverpool london login lovely loveme lovers maggie manager march master matrix matthew mercedes
michael michelle monday monkey mustang mypassword mysql newpassword nicole november october office operator oracle
orange passw passwd password passwordpassword peanut pepper phoenix pokemon postgres postgresql prince princess
purple qwertyuiop ranger reviewer robert root samsung samantha saturday secret september server service shadow
silver soccer spring sparky starwars success summer sunday sunshine superman supervisor support sweet sysadmin
system temp temporary test testing thomas thunder thursday tiger tigger trustno trustnoone tuesday user username
victoria wednesday welcome whatever william windows winner winter yankees yellow zxcvbn
"""
PINYIN = """
aini aiwo anquan baba baobao baobei baogao beijing biaozhun caifu caiwu chengdu chenggong chongqing dalian deqing
dinghu duanzhou facai fadacai fengkai fujian fuwu gaoyao gongan gongxi gongxifacai gongzuo guangdong guangning
guangxi guangzhou guanli guanliyuan guojia haoyun hangzhou heping hongkong huaiji huanying hubei hunan jiankang
jiangsu jiaoyu jinan jintian kaixin kaoping kunming laogong laopo liaoning lishi lihai liwei lina lijing lixiuying
lijuan lijun lijie liqiang limin liyang liufang liuwei liuyang liuyan mama meili mima minzheng nanjing nihao ningbo
pingan pinggu qingdao renmin shandong shanghai shengri shengrikuaile shenyang shenzhen shuju sihui suzhou taiyang
tianjin tianxia tianya tongji wangfang wanggang wangjing wanglei wangli wangmin wangqiang wangwei wangxiuying
wangyan wangyong wodeai wodemima woaini woaiwojia woaizhongguo wuhan xiamen xian xiangqing xiaoming xiaoxiao xiexie
xingfu xitong yangguang yonghu yuechengqu zhangjie zhangjing zhanglei zhangli zhangmin zhangwei zhangxiuying
zhangyong zhaoqing zhejiang zhengfu zhengwu zhibiao zhongguo zhonghua zhuanjia zhuhai zuguo chenjing chenwei chenyu
huangwei linfeng sunli yangyang yangfan zhaolei zhoujielun liudehua dingyi gaoxin
"""
SHORT = ("a", "aa", "aaa", "ab", "abc", "abcd", "asd", "asdf", "q", "qaz", "qq", "qwe", "qwer", "qwerty", "wo", "zxc")
ENDINGS = (
    *("1", "123", "1234", "12345", "123456", "12345678", "123456789", "1234567890"),
    *("!", "!@#", "@123", "@123456", "123!", "1314", "520", "666", "888888", "2025", "2026", "@2026"),
)
_ROWS = ("1234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def words() -> list[str]:
    """What people start from, in the order of the file."""
    return [*dict.fromkeys([*ENGLISH.split(), *PINYIN.split(), *SHORT[4:]])]


def with_endings() -> Iterator[str]:
    """Every word, and the few letters that are typed for one, with what is put behind."""
    for word, ending in product([*words(), *SHORT], ENDINGS):
        yield word + ending
    for word in words():
        yield word + word


def walks() -> Iterator[str]:
    """Along rows, down columns, from row to row, each both ways, and twice."""
    for row in (*_ROWS, _ALPHABET):
        for line in (row, row[::-1]):
            yield from (line[start:end] for start in range(len(line)) for end in range(start + 4, len(line) + 1))
    for count in (1, 2, 3, 4):
        for start in range(len(_COLUMNS) - count + 1):
            columns = _COLUMNS[start : start + count]
            yield from ("".join(columns), "".join(columns[::-1]), "".join(columns)[::-1])
            yield "".join(each if at % 2 == 0 else each[::-1] for at, each in enumerate(columns))
            yield "".join(column[::-1] for column in columns)
    pairs = (_ROWS[0] + _ROWS[1], _ROWS[1] + _ROWS[0], _ROWS[2] + _ROWS[0], _ALPHABET + _ROWS[0])
    for first, second in ((pair[: len(pair) // 2], pair[len(pair) // 2 :]) for pair in pairs):
        woven = "".join(a + b for a, b in zip(first, second, strict=False))
        yield from (woven[:length] for length in range(8, len(woven) + 1))
    for one, other in product(("qwer", "asdf", "zxcv", "qaz", "wsx", "abc", "abcd"), ("1234", "123", "123456")):
        yield from (one + other, other + one, one + other + one, one * 2 + other)
    for one, other in product(("qwer", "asdf", "zxcv"), repeat=2):
        yield from (one + other, one + other + "1234", "1234" + one + other)


def digits() -> Iterator[str]:
    """Runs, repetitions, and the numbers that are read as words."""
    for block in ("0123456789", "9876543210", "1234567890", "0987654321"):
        yield from ((block * 2)[:length] for length in range(SHORTEST, 21))
    for block in ("1", "12", "123", "1234", "123456", "0", "5", "6", "8", "9", "11", "22", "520", "521", "1314", "168"):
        yield from ((block * 20)[:length] for length in range(SHORTEST, 17))
    for one, other in product(("520", "521", "1314", "5201314", "7758521", "168", "888888", "666666"), repeat=2):
        yield one + other
    yield from ("112233445566", "11223344", "1122334455", "123123123", "147258369", "14725836", "159357159357")
    yield from ("147258369147", "741852963", "987654321012", "135792468", "1357924680", "2468013579", "31415926")


def lines() -> list[str]:
    """Every line of the file, each once."""
    long = (line for source in (with_endings(), walks(), digits()) for line in source if len(line) >= SHORTEST)
    return [*dict.fromkeys([*words(), *long])]


def text() -> str:
    """The file as it should be."""
    return _HEAD + "\n".join(lines()) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="ascii")
