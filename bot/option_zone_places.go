package bot

// placeNames are the places that people name beside those of zoneNames, by zone: cities, countries with one clock, and
// what they call the clock itself. An abbreviation for summer or winter means the place's clock, whatever the season.
// Several zones in one key are a name that means either.
var placeNames = map[string]string{
	// East Asia
	"Asia/Shanghai": "beijing,peking,china,guangzhou,shenzhen,hangzhou,chengdu,wuhan,hefei,xian,xi'an,nanjing,suzhou," +
		"changchun,baoding,tianjin,pekin,chine,prc,bjt,北京,上海,中国,广州,深圳,杭州,重庆,成都,武汉,合肥,西安,南京,苏州," +
		"天津,长春,保定,长沙,柳州,三亚,东八区",
	"Asia/Hong_Kong": "hkt,香港", "Asia/Macau": "macao,澳门", "Asia/Taipei": "taiwan,台北,台湾",
	"Asia/Tokyo": "japan,japon,jst,nagoya,osaka,yokohama,toyota city,东京,日本,大阪,名古屋",
	"Asia/Seoul": "korea,south korea,coree,kst,首尔,韩国", "Asia/Pyongyang": "平壤",

	// South and west Asia
	"Asia/Singapore": "singapour,sgt,新加坡", "Asia/Bangkok": "thailand,thailande,曼谷,泰国",
	"Asia/Ho_Chi_Minh": "ho chi minh city,ho-chi-minh-ville,胡志明市,vietnam,hanoi,hai phong,越南,河内", "Asia/Kuala_Lumpur": "malaysia,malaisie,吉隆坡",
	"Asia/Jakarta": "wib,雅加达", "Asia/Manila": "manille,philippines,马尼拉",
	"Asia/Kolkata": "加尔各答,india,inde,delhi,new delhi,mumbai,bangalore,bengaluru,chennai,pune,印度,新德里,孟买",
	"Asia/Dubai":   "uae,abu dhabi,emirates,gst,迪拜,阿布扎比,阿联酋", "Asia/Riyadh": "riyad,saudi arabia,利雅得,沙特",
	"Asia/Jerusalem": "耶路撒冷,israel,以色列", "Asia/Tashkent": "tachkent,uzbekistan,塔什干", "Asia/Karachi": "pakistan,卡拉奇",
	"Asia/Tehran": "teheran,iran,德黑兰",

	// Europe
	"Europe/Paris":  "france,lyon,sochaux,cet,cest,巴黎,法国",
	"Europe/London": "uk,england,britain,united kingdom,londres,royaume-uni,angleterre,goodwood,bst,伦敦,英国",
	"Europe/Berlin": "germany,allemagne,munich,stuttgart,wolfsburg,ingolstadt,frankfurt,francfort,hamburg,cologne," +
		"mez,mesz,柏林,慕尼黑,斯图加特,沃尔夫斯堡,法兰克福,德国",
	"Europe/Rome": "italy,italie,milan,turin,maranello,modena,罗马,米兰,都灵,意大利", "Europe/Madrid": "spain,espagne,barcelona,马德里,西班牙",
	"Europe/Stockholm": "sweden,suede,gothenburg,goteborg,斯德哥尔摩,哥德堡,瑞典", "Europe/Oslo": "norway,norvege,奥斯陆,挪威",
	"Europe/Copenhagen": "copenhague,denmark,哥本哈根,丹麦", //nolint:misspell // French
	"Europe/Amsterdam":  "netherlands,pays-bas,holland,阿姆斯特丹,荷兰",
	"Europe/Brussels":   "belgium,belgique,bruxelles,布鲁塞尔", "Europe/Zurich": "switzerland,suisse,geneva,geneve,苏黎世,日内瓦,瑞士",
	"Europe/Vienna": "vienne,austria,autriche,graz,维也纳,奥地利", "Europe/Warsaw": "varsovie,poland,华沙", "Europe/Prague": "布拉格",
	"Europe/Budapest": "hungary,hongrie,szeged,debrecen,布达佩斯,匈牙利", "Europe/Lisbon": "lisbonne,wet,里斯本,葡萄牙",
	"Europe/Athens": "athenes,greece,eet,eest,雅典", "Europe/Helsinki": "finland,赫尔辛基", "Europe/Dublin": "ireland,都柏林",
	"Europe/Moscow": "msk,moscou,莫斯科", "Europe/Istanbul": "turkey,turkiye,伊斯坦布尔,土耳其", "Europe/Monaco": "摩纳哥",

	// The Americas
	"America/New_York": "et,est,edt,eastern,washington,boston,miami,nyc,new york city,纽约,华盛顿,美东",
	"America/Chicago":  "cdt,ct,central,houston,dallas,austin,芝加哥,奥斯汀", "America/Denver": "mt,mst,mdt,mountain,丹佛",
	"America/Los_Angeles": "pt,pst,pdt,pacific,california,californie,san francisco,la,palo alto,fremont,silicon valley," +
		"las vegas,seattle,san diego,pacifique,洛杉矶,旧金山,硅谷,拉斯维加斯,西雅图,美西,太平洋",
	"America/Detroit": "底特律", "America/Toronto": "montreal,ottawa,多伦多", "America/Vancouver": "温哥华",
	"America/Mexico_City": "mexico,mexique,墨西哥城", "America/Sao_Paulo": "camacari,圣保罗", "America/Argentina/Buenos_Aires": "布宜诺斯艾利斯,argentina",
	"America/Santiago": "圣地亚哥",

	// Elsewhere
	"Australia/Sydney": "aest,aedt,悉尼", "Australia/Melbourne": "墨尔本", "Pacific/Auckland": "new zealand,nzst,nzdt,奥克兰,新西兰",
	"Africa/Cairo": "le caire,egypt,开罗", "Africa/Johannesburg": "south africa,约翰内斯堡,南非", "Africa/Casablanca": "卡萨布兰卡,morocco,maroc",
	"Asia/Kabul": "kaboul,喀布尔", "Asia/Kathmandu": "katmandou,加德满都", "Asia/Urumqi": "乌鲁木齐", "Asia/Yangon": "rangoun,仰光",
	"Australia/Darwin": "达尔文", "Australia/Eucla": "尤克拉", "Europe/Kyiv": "基辅", "Europe/Luxembourg": "卢森堡",
	"Europe/Bucharest": "bucarest", "Pacific/Honolulu": "檀香山", "Pacific/Marquesas": "marquises,马克萨斯群岛",
	"Africa/Algiers": "alger", "America/Havana": "la havane",
	"UTC": "utc,gmt,z,zulu,协调世界时,格林尼治",

	// Names that mean either
	"Asia/Shanghai America/Chicago":             "cst",
	"Asia/Kolkata Europe/Dublin Asia/Jerusalem": "ist",
}
