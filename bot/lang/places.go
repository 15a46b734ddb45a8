package lang

// placeIn names a zone by a list of those whose city has a name of its own in the language, and any other by its own city.
func placeIn(names map[string]string, zone string) string {
	zone = canonical(zone)
	if name, ok := names[zone]; ok {
		return name
	}
	return english{}.place(zone)
}

// canonical is the zone under which places are listed that have more than one name.
func canonical(zone string) string {
	switch zone {
	case "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC":
		return "Asia/Shanghai"
	case "Asia/Calcutta":
		return "Asia/Kolkata"
	case "Asia/Saigon":
		return "Asia/Ho_Chi_Minh"
	case "Asia/Macao":
		return "Asia/Macau"
	case "Europe/Kiev":
		return "Europe/Kyiv"
	case "America/Buenos_Aires":
		return "America/Argentina/Buenos_Aires"
	case "US/Pacific":
		return "America/Los_Angeles"
	case "US/Mountain":
		return "America/Denver"
	case "US/Central":
		return "America/Chicago"
	case "US/Eastern":
		return "America/New_York"
	}
	return zone
}

func chinesePlaces() map[string]string {
	return map[string]string{
		"Asia/Shanghai": "北京", "Asia/Urumqi": "乌鲁木齐", "Asia/Hong_Kong": "香港", "Asia/Macau": "澳门", "Asia/Taipei": "台北",
		"Asia/Tokyo": "东京", "Asia/Seoul": "首尔", "Asia/Pyongyang": "平壤", "Asia/Singapore": "新加坡", "Asia/Bangkok": "曼谷",
		"Asia/Ho_Chi_Minh": "胡志明市", "Asia/Kuala_Lumpur": "吉隆坡", "Asia/Jakarta": "雅加达", "Asia/Manila": "马尼拉",
		"Asia/Kolkata": "加尔各答", "Asia/Dubai": "迪拜", "Asia/Riyadh": "利雅得", "Asia/Jerusalem": "耶路撒冷",
		"Asia/Tashkent": "塔什干", "Asia/Karachi": "卡拉奇", "Asia/Tehran": "德黑兰", "Asia/Kabul": "喀布尔",
		"Asia/Kathmandu": "加德满都", "Asia/Yangon": "仰光",
		"Europe/Paris": "巴黎", "Europe/London": "伦敦", "Europe/Berlin": "柏林", "Europe/Rome": "罗马", "Europe/Madrid": "马德里",
		"Europe/Stockholm": "斯德哥尔摩", "Europe/Oslo": "奥斯陆", "Europe/Copenhagen": "哥本哈根", "Europe/Amsterdam": "阿姆斯特丹",
		"Europe/Brussels": "布鲁塞尔", "Europe/Zurich": "苏黎世", "Europe/Vienna": "维也纳", "Europe/Warsaw": "华沙",
		"Europe/Prague": "布拉格", "Europe/Budapest": "布达佩斯", "Europe/Lisbon": "里斯本", "Europe/Athens": "雅典",
		"Europe/Helsinki": "赫尔辛基", "Europe/Dublin": "都柏林", "Europe/Moscow": "莫斯科", "Europe/Istanbul": "伊斯坦布尔",
		"Europe/Monaco": "摩纳哥", "Europe/Kyiv": "基辅", "Europe/Luxembourg": "卢森堡",
		"America/New_York": "纽约", "America/Chicago": "芝加哥", "America/Denver": "丹佛", "America/Los_Angeles": "洛杉矶",
		"America/Detroit": "底特律", "America/Toronto": "多伦多", "America/Vancouver": "温哥华", "America/Mexico_City": "墨西哥城",
		"America/Sao_Paulo": "圣保罗", "America/Argentina/Buenos_Aires": "布宜诺斯艾利斯", "America/Santiago": "圣地亚哥",
		"Australia/Sydney": "悉尼", "Australia/Melbourne": "墨尔本", "Australia/Darwin": "达尔文", "Australia/Eucla": "尤克拉",
		"Pacific/Auckland": "奥克兰", "Pacific/Honolulu": "檀香山", "Pacific/Marquesas": "马克萨斯群岛",
		"Africa/Cairo": "开罗", "Africa/Johannesburg": "约翰内斯堡", "Africa/Casablanca": "卡萨布兰卡",
	}
}

func frenchPlaces() map[string]string {
	return map[string]string{
		"Asia/Shanghai": "Pékin", "Asia/Hong_Kong": "Hong Kong", "Asia/Macau": "Macao", "Asia/Seoul": "Séoul",
		"Asia/Singapore": "Singapour", "Asia/Ho_Chi_Minh": "Hô-Chi-Minh-Ville", "Asia/Manila": "Manille", "Asia/Kolkata": "Calcutta",
		"Asia/Dubai": "Dubaï", "Asia/Riyadh": "Riyad", "Asia/Jerusalem": "Jérusalem", "Asia/Tashkent": "Tachkent",
		"Asia/Tehran": "Téhéran", "Asia/Kabul": "Kaboul", "Asia/Kathmandu": "Katmandou", "Asia/Yangon": "Rangoun",
		"Europe/Copenhagen": "Copenhague", //nolint:misspell // French
		"Europe/London":     "Londres", "Europe/Brussels": "Bruxelles", "Europe/Vienna": "Vienne",
		"Europe/Warsaw": "Varsovie", "Europe/Lisbon": "Lisbonne", "Europe/Athens": "Athènes", "Europe/Moscow": "Moscou",
		"Europe/Kyiv": "Kiev", "Europe/Bucharest": "Bucarest", "Europe/Sofia": "Sofia",
		"America/Mexico_City": "Mexico", "America/Havana": "La Havane",
		"Pacific/Marquesas": "Marquises", "Africa/Cairo": "Le Caire", "Africa/Algiers": "Alger", "Africa/Casablanca": "Casablanca",
	}
}
