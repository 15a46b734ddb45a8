package storage_test

import (
	"strings"
	"testing"

	"boardcast/storage"
)

// misspellings are names as people mistype them, with whom they are offered: all of them, in this order; "x …" is x and
// whoever else is near.
var misspellings = map[string][]struct{ typed, want string }{
	"letters doubled, missing, swapped, added": {
		{"lei junn", "lei-jun"},
		{"lei jum", "lei-jun"},
		{"lie jun", "lei-jun"},
		{"le jun", "lei-jun …"},
		{"lei ju", "lei-jun"},
		{"leijn", "lei-jun …"},
		{"lei jnu", "lei-jun"},
		{"lleijun", "lei-jun"},
		{"eli jun", "lei-jun …"},
		{"wiliam li", "william-li"},
		{"willam li", "william-li"},
		{"wililam li", "william-li"},
		{"william lee", "william-li"},
		{"wei jianjon", "wei-jianjun"},
		{"wei jiajun", "wei-jianjun"},
		{"wei jianjum", "wei-jianjun"},
		{"wie jianjun", "wei-jianjun"},
		{"he xiopeng", "he-xiaopeng"},
		{"he xaiopeng", "he-xiaopeng"},
		{"he xiao pneg", "he-xiaopeng"},
		{"elon msuk", "elon-musk"},
		{"elon muskk", "elon-musk"},
		{"ellon musk", "elon-musk"},
		{"elonmuks", "elon-musk"},
		{"elan musk", "elon-musk"},
		{"eln musk", "elon-musk"},
		{"mary bara", "mary-barra"},
		{"marry barra", "mary-barra"},
		{"jim farly", "jim-farley"},
		{"jim fairley", "jim-farley"},
		{"jim farely", "jim-farley"},
		{"thomas shafer", "thomas-schaefer"},
		{"thomas schäffer", "thomas-schaefer"},
		{"ola kalenius", "ola-kaellenius"},
		{"ola källeneus", "ola-kaellenius"},
		{"rj scaring", "rj-scaringe"},
		{"rj scarringe", "rj-scaringe"},
		{"robin lee", "robin-li"},
		{"richrad yu", "richard-yu"},
		{"richard you", "richard-yu"},
		{"li shufo", "li-shufu"},
		{"li shfu", "li-shufu"},
		{"wang chuanfoo", "wang-chuanfu"},
		{"wang chunfu", "wang-chuanfu"},
		{"wang chaunfu", "wang-chuanfu"},
		{"yin tongyu", "yin-tongyue"},
		{"yin tonyue", "yin-tongyue"},
		{"zhu huarogn", "zhu-huarong"},
		{"zhu jiangmin", "zhu-jiangming …"},
		{"lu weibin", "lu-weibing"},
		{"lu webing", "lu-weibing"},
		{"feng xinya", "feng-xingya"},
		{"feng xingia", "feng-xingya"},
		{"gu huinana", "gu-huinan"},
		{"gu huian", "gu-huinan"},
		{"zhou hongy", "zhou-hongyi"},
		{"zhou hogyi", "zhou-hongyi"},
		{"dong yuhiu", "dong-yuhui"},
		{"luo zenyu", "luo-zhenyu"},
		{"yu mihong", "yu-minhong"},
		{"deng chenhao", "deng-chenghao"},
		{"li xaing", "li-xiang …"},
		{"qin lihog", "qin-lihong"},
		{"an conghi", "an-conghui"},
		{"gan jiaye", "gan-jiayue"},
		{"xia yipin", "xia-yiping"},
		{"zhang xinhai", "zhang-xinghai"},
	},
	"the key beside it": {
		{"lwi jun", "lei-jun"},
		{"lei jin", "lei-jun"},
		{"kei jun", "lei-jun …"},
		{"elon mudk", "elon-musk"},
		{"ekon musk", "elon-musk"},
		{"teska", "tesla"},
		{"xiaomu", "xiaomi"},
		{"nip", "nio"},
		{"byf", "byd"},
		{"gwn", "gwm"},
		{"gsc", "gac"},
		{"zeekt", "zeekr"},
		{"william lu", "william-li"},
		{"mary batra", "mary-barra"},
		{"wei jisnjun", "wei-jianjun"},
		{"ricgard yu", "richard-yu"},
	},
	"the surname last, and mistyped": {
		{"jun lie", "lei-jun"},
		{"jum lei", "lei-jun"},
		{"jianjun wie", "wei-jianjun"},
		{"xiaopeng ho", "he-xiaopeng"},
		{"musk elonn", "elon-musk"},
		{"weibin lu", "lu-weibing"},
		{"chuanfu wan", "wang-chuanfu"},
		{"shufu lee", "li-shufu"},
		{"barra marry", "mary-barra"},
	},
	"one of the names": {
		{"musk", "elon-musk"},
		{"barra", "mary-barra"},
		{"farley", "jim-farley"},
		{"scaringe", "rj-scaringe"},
		{"chuanfu", "wang-chuanfu"},
		{"weibing", "lu-weibing"},
		{"jianjun", "wei-jianjun"},
		{"jun", "lei-jun su-jun"},
		{"mask elon", "elon-musk"},
		{"kallenius", "ola-kaellenius"},
		{"kalenius", "ola-kaellenius"},
		{"elon reeve musk", "elon-musk"},
		{"shufu", "li-shufu"},
		{"wei jun", "wei-jianjun lei-jun su-jun"},
		{"xinghai", "zhang-xinghai"},
		{"hongyi", "zhou-hongyi"},
		{"建军", "wei-jianjun"},
		{"兴亚", "feng-xingya"},
		{"伟冰", "lu-weibing"},
		{"承东", "richard-yu"},
	},
	"homophones": {
		{"雷俊", "lei-jun"},
		{"雷君", "lei-jun"},
		{"雷均", "lei-jun"},
		{"累军", "lei-jun"},
		{"李彬", "william-li"},
		{"李宾", "william-li"},
		{"立斌", "william-li"},
		{"魏建君", "wei-jianjun"},
		{"魏健军", "wei-jianjun"},
		{"卫建军", "wei-jianjun"},
		{"何晓鹏", "he-xiaopeng"},
		{"何小朋", "he-xiaopeng"},
		{"余成东", "richard-yu"},
		{"于承东", "richard-yu"},
		{"王船福", "wang-chuanfu"},
		{"王传富", "wang-chuanfu"},
		{"卢伟兵", "lu-weibing"},
		{"卢卫冰", "lu-weibing"},
		{"冯星亚", "feng-xingya"},
		{"古会南", "gu-huinan"},
		{"尹同月", "yin-tongyue"},
		{"李书富", "li-shufu"},
		{"李叔福", "li-shufu"},
		{"周红衣", "zhou-hongyi"},
		{"朱江名", "zhu-jiangming"},
		{"秦力宏", "qin-lihong"},
		{"俞敏红", "yu-minhong"},
		{"曾玉群", "robin-zeng"},
		{"刘滔", "liu-tao"},
		{"苏俊", "su-jun"},
		{"李相", "li-xiang liauto"},
		{"马思克", "elon-musk"},
		{"马斯科", "elon-musk"},
		{"蔚莱", "nio"},
		{"小咪", "xiaomi"},
		{"小朋", "xpeng"},
		{"雷骏老师", "lei-jun"},
		{"雷俊直播", "lei-jun"},
		{"特思拉", "tesla"},
		{"比压迪", "byd"},
	},
	"those who hear no difference": {
		{"李冰", "william-li"},
		{"卢伟斌", "lu-weibing"},
		{"冯新亚", "feng-xingya"},
		{"王创福", "wang-chuanfu"},
		{"朱将明", "zhu-jiangming"},
		{"秦丽红", "qin-lihong"},
		{"zou hongyi", "zhou-hongyi"},
		{"zu huarong", "zhu-huarong"},
		{"wang cuanfu", "wang-chuanfu"},
		{"li sufu", "li-shufu"},
		{"zang xinghai", "zhang-xinghai"},
		{"lu fan", "lu-fang …"},
		{"刘淘", "liu-tao"},
		{"余陈东", "richard-yu"},
	},
	"a wrong character": {
		{"魏建国", "wei-jianjun"},
		{"冯兴业", "feng-xingya"},
		{"余承栋", "richard-yu"},
		{"王传祺", "…wang-chuanfu"},
		{"周鸿伟", "zhou-hongyi"},
		{"何小鹃", "he-xiaopeng"},
		{"李书服", "li-shufu"},
		{"比亚抽", "byd"},
		{"特斯垃", "tesla"},
	},
	"two scripts": {
		{"雷jun", "lei-jun"},
		{"lei军", "lei-jun"},
		{"lei 俊", "lei-jun"},
		{"Li斌", "william-li"},
		{"魏jianjun", "wei-jianjun"},
		{"冯 xing ya", "feng-xingya"},
		{"wang传福", "wang-chuanfu"},
	},
	"letters that look alike": {
		{"1ei jun", "lei-jun"},
		{"e1on musk", "elon-musk …"},
		{"N10", "nio"},
		{"te5la", "tesla"},
		{"t3sla", "tesla"},
		{"0la kallenius", "ola-kaellenius"},
		{"lеi jun", "lei-jun"},
		{"tеslа", "tesla"},
		{"хiaomi", "xiaomi"},
		{"x1aomi", "xiaomi"},
		{"elon rnusk", "elon-musk"},
	},
	"companies": {
		{"xioami", "xiaomi"},
		{"xaiomi", "xiaomi"},
		{"xiomi", "xiaomi"},
		{"shaomi", "xiaomi"},
		{"ziaomi", "xiaomi"},
		{"tesler", "tesla"},
		{"telsa", "tesla"},
		{"telsla", "tesla"},
		{"xpang", "xpeng"},
		{"xpneg", "xpeng"},
		{"noi", "nio"},
		{"nioo", "nio"},
		{"bdy", "byd"},
		{"volkswagon", "vw"},
		{"folkswagen", "vw"},
		{"volkswaggen", "vw"},
		{"mercedez", "mercedes"},
		{"mercedes bens", "mercedes"},
		{"porche", "porsche"},
		{"porshe", "porsche"},
		{"rivien", "rivian"},
		{"leapmoter", "leapmotor"},
		{"leap moter", "leapmotor"},
		{"zekr", "zeekr"},
		{"geeley", "geely"},
		{"gely", "geely"},
		{"cherry", "chery"},
		{"chevrolett", "chevrolet"},
		{"cadilac", "cadillac"},
		{"avater", "avatr"},
		{"denzaa", "denza"},
		{"haval h6", "haval"},
		{"grate wall", "gwm"},
		{"great wal", "gwm"},
		{"li autos", "liauto"},
		{"changang", "changan"},
		{"lynk and coo", "lynk-co"},
		{"trumpchy", "trumpchi"},
		{"dongfang", "dongfeng …"},
		{"seras", "seres"},
		{"voya", "voyah"},
	},
}

func TestMisspellingsAreOfferedWhoIsMeant(t *testing.T) {
	t.Parallel()
	_, names := starter(t)
	n := 0
	for kind, rows := range misspellings {
		for _, test := range rows {
			n++
			if found := called(names.Find(test.typed)); found != "" {
				t.Errorf("%s: %q is taken for %s, want it asked back", kind, test.typed, found)
			}
			got, want := called(names.Near(test.typed, 3)), test.want
			switch first, more := strings.CutSuffix(want, " …"); {
			case strings.HasPrefix(want, "…"):
				if !strings.Contains(got, want[len("…"):]) {
					t.Errorf("%s: %q: got %q, want %s among them", kind, test.typed, got, want)
				}
			case more:
				if first != strings.SplitN(got, " ", 2)[0] {
					t.Errorf("%s: %q: got %q, want %s first", kind, test.typed, got, first)
				}
			case got != want:
				t.Errorf("%s: %q: got %q, want %q", kind, test.typed, got, want)
			}
		}
	}
	if n < 200 {
		t.Errorf("%d misspellings", n)
	}
}

// Nobody is better than somebody far-fetched.
func TestWhatIsNobodysIsNotOffered(t *testing.T) {
	t.Parallel()
	_, names := starter(t)
	for _, typed := range []string{
		"akio toyoda", "tim cook", "jeff bezos", "carlos ghosn", "satya nadella", "donald trump", "toyota", "honda", "hyundai", "ferrari",
		"tomorrow", "1h", "10m", "today", "live", "next", "hello", "thanks", "yes", "no", "ok", "the", "and", "what is this", "how are you",
		"who is live now", "video", "stream", "please", "good morning", "battery", "price", "2024", "12345", "s7k", "w3", "?", "...", "😀", "",
		"demain", "bonjour", "merci", "aujourd'hui", "ce soir", "asdf", "qwerty", "zzzz", "a", "x", "lorem ipsum dolor", "abracadabra",
		"elo", "ooppo", "零跑吧", "明天", "今天", "今晚", "谢谢", "你好", "直播", "什么时候", "开始了吗", "预告", "新车", "价格", "汽车", "电池", "手机", "早上好", "在吗", "丰田章男",
		"马云", "马化腾", "刘强东", "董明珠", "一小时", "周四", "北京时间", "上海", "杭州", "测试", "小明", "大家好", "中国", "发布会",
		strings.Repeat("lei ", 40), strings.Repeat("雷", 200),
	} {
		if got := called(append(names.Find(typed), names.Near(typed, 3)...)); got != "" {
			t.Errorf("%q: got %s, want nobody", typed, got)
		}
	}
}

// A community's own names are found beside the public ones, and a copy of a public record takes its place.
func TestNamesInTheSightOfACommunity(t *testing.T) {
	t.Parallel()
	store, _ := starter(t)
	const us = storage.Scope("g1")
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		for _, e := range []storage.Executive{
			{Scope: us, ID: "lei-jun", Names: storage.Names{"zh": "雷军", "en": "Leo Lei"}},
			{Scope: us, ID: "li-heping", Names: storage.Names{"zh": "李和平"}, Offices: []storage.Office{{Automaker: "nio"}}},
		} {
			if err := storage.Executives.Put(tx, e); err != nil {
				return err
			}
		}
		return storage.Accounts.Put(tx, storage.Account{
			Scope: us, Owner: storage.Person("lei-jun"), Platform: "weibo", Handle: "leijun", Removed: true,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	public, own := namesIn(t, store, storage.Public), namesIn(t, store, us)
	for _, test := range []struct{ typed, public, own string }{
		{"lei jun", "lei-jun", "lei-jun"}, // by its id
		{"leo lei", "", "lei-jun"},
		{"雷布斯", "lei-jun", ""},
		{"li heping", "", "li-heping"}, // as it is said
		{"蔚来李和平", "", "li-heping"},
		{"nio", "nio", "nio"},
	} {
		if got := called(public.Find(test.typed)); got != test.public {
			t.Errorf("%q in public: got %q, want %q", test.typed, got, test.public)
		}
		if got := called(own.Find(test.typed)); got != test.own {
			t.Errorf("%q in the community: got %q, want %q", test.typed, got, test.own)
		}
	}
	if got := called(own.Near("李核平", 3)); got != "li-heping" {
		t.Errorf("got %q near, want li-heping", got)
	}
	address, _ := own.ReadAddress("weibo.com/leijun")
	if owner, ok := own.Owner(address); ok {
		t.Errorf("an account that was removed is %s's", owner)
	}
	if owner, ok := public.Owner(address); !ok || owner != storage.Person("lei-jun") {
		t.Errorf("got %s, want the public owner of the account", owner)
	}
}
