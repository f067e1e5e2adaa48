#include "app/demo/stories.h"

#define POLICE "Công an tỉnh Sơn Hải"

const struct demo_story demo_stories[] = {
    {"phishing", CITIZEN, "Người dùng dịch vụ công", NULL, "motcua", "nophoso", CARE_PHISHING, 2,
     false, "Trang giả mạo trang nộp hồ sơ đòi mật khẩu",
     "Tôi nhận tin nhắn lúc {time} báo hồ sơ của tôi ở {org} bị trả lại, kèm đường liên kết {url}. "
     "Tôi bấm vào thì hiện trang giống hệt trang nộp hồ sơ, đòi số căn cước và mật khẩu. Tin gửi "
     "từ số {phone}. Tôi có chụp màn hình.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "vanban", "", CARE_ACCOUNT, 3, false,
     "Tài khoản quản trị đăng nhập từ địa chỉ lạ",
     "Nhật ký {host} ghi nhận tài khoản quản trị đăng nhập lúc {time} ngày {day} từ {ip}. Không ai "
     "trong đơn vị trực lúc đó. Sau đó có một tài khoản mới được tạo, đơn vị đã khóa cả hai.",
     NULL},
    {"malware", OFFICER, "", NULL, "vanban", "hoadon", CARE_MALWARE, 2, false,
     "Máy trạm nhiễm mã độc sau khi mở tệp đính kèm",
     "Một máy ở bộ phận văn thư mở tệp bang-ke-{few}.xlsm, sau đó phần mềm diệt vi-rút báo tệp có "
     "SHA-256 {hash}. Máy liên tục kết nối tới {ip} và {domain}. Đã rút dây mạng lúc {time}, chưa "
     "tắt máy.",
     NULL},
    {"phishing", OFFICER, "", NULL, "mail", "xacnhan-thu", CARE_PHISHING, 2, false,
     "Thư mạo danh lãnh đạo đề nghị chuyển tiền",
     "Kế toán đơn vị nhận thư từ {mail} lấy tên thủ trưởng, yêu cầu chuyển gấp vào {bank}. Chưa "
     "chuyển tiền. Trong thư có đường dẫn {url}. Đã giữ nguyên thư gốc, có thể gửi phần đầu thư.",
     NULL},
    {"defacement", CITIZEN, "Một người dân", NULL, "www", "", CARE_SITE, 2, false,
     "Trang chủ bị thay bằng hình lạ",
     "Tôi vào trang của {org} để tra thủ tục thì thấy toàn chữ nước ngoài và hình đầu lâu, không "
     "còn thông tin gì. Tôi vào lúc {time}, địa chỉ {host}. Vợ tôi vào bằng điện thoại cũng thấy "
     "như vậy.",
     NULL},
    {"ransom", OFFICER, "", NULL, "vanban", "giaima", CARE_RANSOM, 3, false,
     "Dữ liệu bị mã hóa, có thư đòi tiền chuộc",
     "Lúc {time} phát hiện toàn bộ tệp trên máy chủ tệp bị đổi đuôi, có tệp hướng dẫn liên hệ "
     "{mail} để trả tiền. Máy chủ đặt tại {org}. Trước đó có kết nối ra {ip}. Bản sao lưu gần nhất "
     "cách đây {few} ngày. Đã rút mạng, không tắt máy.",
     NULL},
    {"phishing", CITIZEN, "Người cao tuổi, con gái báo thay", POLICE, "www", "hotro-baohiem",
     CARE_SCAM, 2, false, "Người tự xưng cán bộ bảo hiểm lấy mã OTP",
     "Có người gọi từ số {phone} nói là cán bộ bảo hiểm, biết rõ họ tên và ngày sinh của mẹ tôi, "
     "bảo vào {url} để nhận tiền hỗ trợ. Mẹ tôi đã đọc mã OTP và bị trừ tiền, tiền chuyển tới "
     "{bank}. Họ gọi lúc {time} ngày {day}.",
     NULL},
    {"dos", OFFICER, "", NULL, "www", "", CARE_DOS, 2, false, "Trang thông tin không truy cập được",
     "Từ {time} {host} rất chậm rồi không vào được. Số yêu cầu tăng đột biến, nhiều nhất từ {ip} "
     "và {ip6}. Người dân gọi điện phản ánh không tra cứu được.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "mail", "thongbao-thu", CARE_ACCOUNT, 2, false,
     "Hộp thư công vụ bị chiếm, gửi thư hàng loạt",
     "Hộp thư văn thư gửi {many}0 thư trong đêm, nội dung dẫn đến {url}. Đã đổi mật khẩu lúc "
     "{time}. Có phiên đăng nhập lạ từ {ip}.",
     NULL},
    {"malware", MAIL, "Nhân viên văn phòng", NULL, "vanban", "doctep-mienphi", CARE_MALWARE, 2,
     false, "Máy tính tự mở trang lạ",
     "Kính gửi bộ phận ứng cứu sự cố,\n\nMáy của tôi ở {org} từ {time} cứ tự mở trang {url}, gõ "
     "phím bị trễ. Hôm trước tôi có cài phần mềm đọc tệp tải trên mạng. Tôi đã rút dây mạng, nhờ "
     "các anh chị hướng dẫn.\n\nTrân trọng.",
     NULL},
    {"combined", OFFICER, "", NULL, "www", "capnhat-giaodien", CARE_SITE, 3, false,
     "Tấn công nhiều bước vào máy chủ web",
     "Dò mật khẩu trang quản trị {host} từ {ip}, sau đó tải lên tệp lạ (SHA-256 {hash}) và gọi ra "
     "{domain}. Trang chạy WordPress 6.4.2 với một phần mở rộng đã ngừng cập nhật. Phát hiện lúc "
     "{time}.",
     NULL},
    {"other", CITIZEN, "Chủ hộ kinh doanh", NULL, "motcua", "hotro-kythuat", CARE_SCAM, 1, false,
     "Cuộc gọi tự xưng cán bộ kỹ thuật đòi cài phần mềm",
     "Người gọi từ số {phone} tự xưng hỗ trợ kỹ thuật của {org}, bảo tôi cài phần mềm điều khiển "
     "từ xa tải tại {url}. Tôi làm theo được nửa chừng thì nghi nên tắt máy, lúc đó khoảng {time}.",
     NULL},
    {"dos", OFFICER, "", NULL, "vanban", "", CARE_DOS, 2, false,
     "Nghẽn đường truyền do tấn công từ chối dịch vụ",
     "Đường truyền của {org} nghẽn theo từng đợt {many} phút từ {time}, nguồn chính {ip}. Đã nhờ "
     "nhà mạng lọc, chưa dứt.",
     NULL},
    {"espionage", CITIZEN, "", NULL, "motcua", "chodulieu", CARE_LEAK, 3, true,
     "Danh sách công dân bị rao bán trên mạng",
     "Tôi thấy bài đăng tại {url} rao bán danh sách người dân, có cả số điện thoại và địa chỉ. Tôi "
     "tìm thấy tên tôi trong phần xem thử, đúng thông tin tôi từng nộp ở {org} hồi tháng trước. "
     "Mong giữ kín tên tôi.",
     NULL},
    {"intrusion", CITIZEN, "Người dùng dịch vụ công", NULL, "motcua", "", CARE_ACCOUNT, 2, false,
     "Tài khoản nộp hồ sơ bị người khác đăng nhập",
     "Tôi không vào được tài khoản nộp hồ sơ ở {org}. Đặt lại mật khẩu xong thì thấy số nhận mã đã "
     "bị đổi thành {phone}, trong tài khoản có hồ sơ tôi không hề nộp. Tôi phát hiện lúc {time}.",
     NULL},
    {"malware", OFFICER, "", NULL, "vanban", "khaithac", CARE_MALWARE, 2, false,
     "Máy chủ bị cài phần mềm đào tiền ảo",
     "Máy chủ của {system} chạy chậm, bộ xử lý luôn ở mức 100%. Có tiến trình lạ kết nối tới "
     "{domain} ({ip}). Tệp chạy có SHA-256 {hash}. Phát hiện lúc {time} ngày {day}.",
     NULL},
    {"defacement", OFFICER, "", NULL, "www", "tinnong", CARE_SITE, 2, false,
     "Trang thông tin bị chèn bài viết lạ",
     "Trang quản trị {host} có {few} bài viết lạ đăng lúc {time} ngày {day}, dẫn tới {url}. Nhật "
     "ký có yêu cầu tải lên từ {ip}. Đã chuyển trang sang chế độ bảo trì.",
     NULL},
    {"phishing", OFFICER, "", NULL, "mail", "giahan-hopthu", CARE_PHISHING, 2, false,
     "Thư giả thông báo hộp thư sắp hết dung lượng",
     "{many} cán bộ nhận thư giả bộ phận kỹ thuật, gửi từ {mail}, dẫn tới {url} để gia hạn hộp "
     "thư. Có {few} người đã nhập mật khẩu, đã cho đổi lúc {time}.",
     NULL},
    {"sabotage", OFFICER, "", NULL, "motcua", "", CARE_DATA, 3, false, "Cơ sở dữ liệu bị xóa bảng",
     "Ứng dụng {host} báo lỗi, kiểm tra thấy {few} bảng bị xóa lúc {time} bởi tài khoản ứng dụng, "
     "phiên từ {ip}. Đã dừng ứng dụng, giữ nhật ký cơ sở dữ liệu.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "vanban", "", CARE_ACCOUNT, 2, false,
     "Người lạ vào phòng họp trực tuyến",
     "Trong cuộc họp trực tuyến của {org} lúc {time} ngày {day} có người lạ vào phòng, bật hình "
     "ảnh phản cảm. Nhật ký cho thấy địa chỉ {ip}. Mật khẩu phòng họp dùng lại từ tháng trước.",
     NULL},
    {"espionage", OFFICER, "", NULL, "vanban", "dongbo-tailieu", CARE_MALWARE, 3, true,
     "Phát hiện phần mềm gián điệp trên máy lãnh đạo",
     "Máy của lãnh đạo đơn vị gửi dữ liệu định kỳ tới {domain} ({ip}). Tệp nghi vấn có SHA-256 "
     "{hash}. Phát hiện lúc {time}. Đề nghị giữ kín, chỉ trao đổi qua đầu mối.",
     NULL},
    {"other", MAIL, "Văn thư đơn vị", NULL, "vanban", "", CARE_OTHER, 2, false,
     "Mất máy tính xách tay có dữ liệu công việc",
     "Kính gửi Đội ứng cứu sự cố,\n\n{org} bị mất một máy tính xách tay lúc {time} ngày {day}. "
     "Trong máy có danh sách {many}0 người và mật khẩu hộp thư lưu sẵn. Ổ đĩa không đặt mật khẩu. "
     "Đề nghị "
     "hướng dẫn các bước cần làm.\n\nTrân trọng.",
     NULL},
    {"phishing", CITIZEN, "Phụ huynh sinh viên", "Trường Đại học Sơn Hải", "www", "hocphi-truong",
     CARE_PHISHING, 2, false, "Tin nhắn giả nhà trường thu tiền qua đường liên kết lạ",
     "Trong nhóm phụ huynh có người giả làm cán bộ {org} thu học phí. Họ gửi đường liên kết {url}. "
     "Chị tôi bấm vào thì phải nhập số thẻ. Người gửi dùng số {phone}, không ai trong lớp quen. "
     "Tin gửi lúc {time}.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "vanban", "", CARE_ACCOUNT, 3, false,
     "Phiên quản trị lạ trên thiết bị tường lửa",
     "Thiết bị tường lửa của {org} có phiên quản trị từ {ip} lúc {time} ngày {day}. Cấu hình bị "
     "tải về một lần. Đã tắt cổng quản trị từ xa.",
     NULL},
    {"espionage", OFFICER, "", NULL, "mail", "luutru-thu", CARE_ACCOUNT, 3, true,
     "Thư của đơn vị tự chuyển tiếp ra ngoài",
     "Rà soát {host} thấy {few} hộp thư có quy tắc tự chuyển tiếp tới {mail}, tạo lúc {time} ngày "
     "{day} từ {ip}. Đề nghị hạn chế người biết trong lúc kiểm tra.",
     NULL},
    {"malware", CITIZEN, "Người dùng dịch vụ công", NULL, "www", "", CARE_SITE, 2, false,
     "Tệp tải từ trang thông tin bị cảnh báo mã độc",
     "Tôi tải mẫu đơn từ trang {host} về thì máy báo có vi-rút. Tôi thử trên máy của con tôi cũng "
     "bị. Tệp tên mau-don-{few}.zip, tôi tải lúc {time} ngày {day}.",
     NULL},
};
const size_t demo_stories_len = ARRAY_LEN(demo_stories);

const struct demo_story demo_harmless[] = {
    {"dos", CITIZEN, "Người dùng dịch vụ công", NULL, "motcua", "", CARE_DOS, 1, false, "",
     "Tôi không vào được trang nộp hồ sơ của {org} từ {time}, cứ báo lỗi hệ thống. Không biết có "
     "phải trang bị tấn công không?",
     "Đã kiểm tra với đơn vị: hệ thống bảo trì theo lịch, đã có thông báo trên trang. Hiện đã vào "
     "được. Cảm ơn bạn đã báo."},
    {"phishing", CITIZEN, "Một người dân", NULL, "motcua", "", CARE_PHISHING, 1, false, "",
     "Tôi nhận tin nhắn đề tên {org} nhắc đến nhận kết quả hồ sơ lúc {time} ngày {day}. Tôi không "
     "biết tin này thật hay giả nên hỏi.",
     "Đây là tin nhắn thật của đơn vị, không có đường liên kết và không hỏi mật khẩu. Bạn có thể "
     "đến nhận kết quả. Cảm ơn bạn đã cẩn thận hỏi lại."},
    {"malware", OFFICER, "", NULL, "vanban", "", CARE_MALWARE, 1, false,
     "Phần mềm diệt vi-rút cảnh báo tệp cài đặt máy in",
     "Phần mềm diệt vi-rút trên {few} máy cảnh báo tệp cài đặt máy in, SHA-256 {hash}, lúc {time}. "
     "Chưa mở tệp, nhờ kiểm tra giúp.",
     "Cảnh báo nhầm: tệp có chữ ký số còn hiệu lực của nhà sản xuất, phân tích không thấy hành vi "
     "lạ. Có thể cài đặt bình thường."},
    {"other", CITIZEN, "Người dùng dịch vụ công", NULL, "motcua", "", CARE_OTHER, 1, false, "",
     "Tôi quên mật khẩu trang của {org}, nhập sai {few} lần thì bị khóa. Tôi lo có người khác đăng "
     "nhập vào tài khoản của tôi lúc {time}.",
     "Tài khoản bị khóa do chính các lần nhập sai của bạn, không có đăng nhập lạ. Đã hướng dẫn bạn "
     "đặt lại mật khẩu qua điện thoại."},
    {"phishing", CITIZEN, "Một người dân", POLICE, "www", "trungthuong", CARE_PHISHING, 1, false,
     "",
     "Em gái tôi ở tỉnh khác bị lừa qua trang {url}, mất tiền vào {bank}. Tôi báo giúp em, sự việc "
     "lúc {time} ngày {day}.",
     "Sự việc xảy ra ở địa bàn tỉnh khác, chúng tôi đã chuyển thông tin cho cơ quan có thẩm quyền "
     "nơi đó. Mong em bạn trình báo công an xã gần nhất để được hướng dẫn."},
    {"phishing", MAIL, "Văn thư đơn vị", NULL, "mail", "", CARE_PHISHING, 1, false,
     "Thư báo tiền nước có tệp đính kèm lạ",
     "Kính gửi bộ phận ứng cứu,\n\n{org} nhận thư báo tiền nước lúc {time} ngày {day}, kèm tệp "
     "hoa-don-{many}.xml. Chúng tôi chưa mở, nhờ kiểm tra giúp có phải thư thật không.\n\nTrân "
     "trọng.",
     "Đã kiểm tra phần đầu thư và chữ ký số trên hóa đơn: đây là hóa đơn thật của Công ty Cấp "
     "nước. Đơn vị có thể mở tệp."},
    {"other", OFFICER, "", NULL, "www", "", CARE_SITE, 1, false,
     "Cảnh báo dò quét cổng vào máy chủ",
     "Tường lửa của {host} ghi nhận dò quét cổng từ {ip} lúc {time} ngày {day}, khoảng {many} lần "
     "một phút.",
     "Dò quét thông thường trên mạng, tường lửa đã chặn hết, không có kết nối thành công. Không mở "
     "sự cố, tiếp tục theo dõi."},
    {"other", CITIZEN, "Chủ hộ kinh doanh", NULL, "motcua", "", CARE_OTHER, 1, false, "",
     "Mạng ở nhà tôi chập chờn từ {time}, vào trang của {org} rất chậm, tôi sợ bị tin tặc.",
     "Nhà mạng xác nhận tuyến cáp khu vực của bạn đang được sửa chữa. Máy của bạn không có dấu "
     "hiệu bị tấn công."},
    {"other", OFFICER, "", NULL, "mail", "khuyenmai", CARE_PHISHING, 1, false,
     "Nhiều thư quảng cáo vào hộp thư công vụ",
     "Từ {time} hộp thư của {org} nhận {many} thư quảng cáo gửi từ {mail}. Không có tệp đính kèm.",
     "Thư quảng cáo thông thường, không có liên kết độc hại. Đã hướng dẫn đơn vị bật bộ lọc và báo "
     "thư rác."},
};
const size_t demo_harmless_len = ARRAY_LEN(demo_harmless);

const struct demo_story demo_spam[] = {
    {"", CITIZEN, "", NULL, "", "vaynhanh", CARE_OTHER, 1, false, "",
     "Vay tiền nhanh không thế chấp, giải ngân trong {few} phút. Liên hệ {phone}, xem {url}.",
     NULL},
    {"other", CITIZEN, "Tư vấn viên", NULL, "", "datnen", CARE_OTHER, 1, false, "",
     "Cần bán gấp {few} lô đất nền giá rẻ, sổ riêng, bao sang tên. Gọi {phone}.", NULL},
    {"", MAIL, "Phòng kinh doanh", NULL, "", "seo-top", CARE_OTHER, 1, false,
     "Đưa trang của bạn lên đầu kết quả tìm kiếm",
     "Dịch vụ đưa trang lên đầu kết quả tìm kiếm chỉ {few} triệu đồng một tháng, ưu đãi đến ngày "
     "{day}. Xem bảng giá tại {url}.",
     NULL},
    {"", CITIZEN, "abc", NULL, "", "", CARE_OTHER, 1, false, "", "test thử {many}", NULL},
    {"", MAIL, "Prize office", NULL, "", "lucky-winner", CARE_OTHER, 1, false,
     "You have been selected",
     "Your address won the draw number {many}. Send your bank details to {mail} before {day}.",
     NULL},
    {"other", CITIZEN, "", NULL, "", "soicau", CARE_OTHER, 1, false, "",
     "Soi cầu chuẩn {few} số mỗi ngày, vào nhóm tại {url}, nạp lần đầu tặng {many}%.", NULL},
    {"", CITIZEN, "Cộng tác viên", NULL, "", "vieclam-online", CARE_OTHER, 1, false, "",
     "Tuyển cộng tác viên làm tại nhà, thu nhập {many} triệu một tuần, không cần kinh nghiệm. Nhắn "
     "{phone}.",
     NULL},
};
const size_t demo_spam_len = ARRAY_LEN(demo_spam);
