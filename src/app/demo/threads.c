#include "app/demo/stories.h"

#define POLICE   "Công an tỉnh Sơn Hải"
#define POWER    "Công ty Điện lực Sơn Hải"
#define SERVICES "Trung tâm Phục vụ hành chính công tỉnh"

#define FINE_TITLE "Trang giả mạo tra cứu phạt nguội"
static const struct demo_story fine[] = {
    {"phishing", CITIZEN, "Một người dân", POLICE, "www", "phatnguoi", CARE_PHISHING, 2, false,
     FINE_TITLE,
     "Tôi nhận tin nhắn lúc {time} báo xe tôi bị phạt nguội, phải nộp trong ngày tại {url}. Tin "
     "gửi từ số {phone}. Tôi bấm vào thấy đòi số thẻ ngân hàng nên thoát ra.",
     NULL},
    {"phishing", CITIZEN, "Lái xe dịch vụ", POLICE, "www", "phatnguoi", CARE_PHISHING, 2, false,
     FINE_TITLE,
     "Anh em chạy xe trong nhóm của tôi ai cũng nhận tin phạt nguội. Tin kèm đường dẫn {url}. Có "
     "một anh đã nhập thẻ và bị trừ tiền lúc {time}.",
     NULL},
    {"phishing", CITIZEN, "", POLICE, "www", "phatnguoi", CARE_PHISHING, 2, false, FINE_TITLE,
     "Trang {url} giả trang tra cứu vi phạm giao thông, mong các anh chị chặn giúp. Tôi thấy lúc "
     "{time} ngày {day}.",
     NULL},
    {"phishing", CITIZEN, "Người dùng dịch vụ công", POLICE, "www", "phatnguoi", CARE_PHISHING, 2,
     false, FINE_TITLE,
     "Số {phone} nhắn cho bố tôi nói vi phạm tốc độ. Tin có đường liên kết {url}. Nhà tôi không có "
     "ô tô. Tin đến lúc {time}.",
     NULL},
    {"phishing", MAIL, "Nhân viên văn phòng", POLICE, "www", "phatnguoi", CARE_PHISHING, 2, false,
     FINE_TITLE,
     "Kính gửi các anh chị,\n\nCơ quan tôi có {few} người nhận tin nhắn phạt nguội lúc {time}, đều "
     "dẫn tới {url}. Tôi gửi để các anh chị biết và cảnh báo.\n\nTrân trọng.",
     NULL},
};

static const struct demo_story worm[] = {
    {"malware", OFFICER, "", NULL, "vanban", "capnhat-usb", CARE_MALWARE, 2, false,
     "Mã độc lây qua thiết bị USB",
     "Nhiều máy hiện lối tắt lạ trong thư mục. Tệp chạy ẩn có SHA-256 {hash}. Ảnh hưởng khoảng "
     "{many} máy của {org}, phát hiện lúc {time}.",
     NULL},
    {"malware", OFFICER, "", NULL, "vanban", "capnhat-usb", CARE_MALWARE, 2, false,
     "USB dùng chung làm lây mã độc",
     "USB dùng để nộp báo cáo cắm vào {few} máy, sau đó các thư mục biến thành lối tắt. Phần mềm "
     "diệt vi-rút ghi SHA-256 {hash} lúc {time} ngày {day}.",
     NULL},
    {"malware", OFFICER, "", NULL, "vanban", "capnhat-usb", CARE_MALWARE, 2, false,
     "Máy trạm có tệp ẩn tự chạy từ USB",
     "Rà soát theo cảnh báo của đội, tìm thấy tệp có SHA-256 {hash} trên {few} máy của {org}, máy "
     "gọi ra {domain}. Đã rút mạng lúc {time}.",
     NULL},
};

#define BET_TITLE "Chèn liên kết cờ bạc vào trang thông tin"
static const struct demo_story bet[] = {
    {"defacement", CITIZEN, "Một người dân", NULL, "www", "nhacai", CARE_SITE, 1, false, BET_TITLE,
     "Tôi tìm tên {org} trên mạng thì ra toàn trang cờ bạc nằm dưới địa chỉ {host}. Bấm vào là "
     "nhảy sang {url}. Tôi tìm lúc {time}.",
     NULL},
    {"defacement", CITIZEN, "Sinh viên", NULL, "www", "nhacai", CARE_SITE, 1, false, BET_TITLE,
     "Trang {host} có quảng cáo cá độ ở cuối trang, chữ rất nhỏ, bấm vào sang {url}. Em chụp lại "
     "lúc {time} ngày {day}.",
     NULL},
    {"defacement", OFFICER, "", NULL, "www", "nhacai", CARE_SITE, 1, false, BET_TITLE,
     "Rà soát {host} thấy {many} trang con lạ chứa liên kết tới {url}, tạo lúc {time} ngày {day}. "
     "Đang tìm tệp bị chèn.",
     NULL},
    {"defacement", CITIZEN, "", NULL, "www", "nhacai", CARE_SITE, 1, false, BET_TITLE,
     "Sao trang của {org} lại quảng cáo đánh bạc vậy? Tôi vào lúc {time} thấy nhảy sang {url}.",
     NULL},
};

#define POWER_TITLE "Giả danh nhân viên điện lực thu tiền, dọa cắt điện"
static const struct demo_story power[] = {
    {"phishing", CITIZEN, "Chủ hộ kinh doanh", POWER, "www", "tiendien", CARE_SCAM, 2, false,
     POWER_TITLE,
     "Số {phone} gọi lúc {time}, xưng là nhân viên Công ty Điện lực Sơn Hải, nói tôi nợ tiền điện, "
     "không trả sẽ cắt trong 2 giờ. Họ bảo chuyển vào {bank}.",
     NULL},
    {"phishing", CITIZEN, "Một người dân", POWER, "www", "tiendien", CARE_SCAM, 2, false,
     POWER_TITLE,
     "Mẹ tôi bị gọi dọa cắt điện, họ gửi {url} bảo cài ứng dụng để trả tiền. Số gọi là {phone}. Mẹ "
     "tôi đã cài nhưng chưa trả, lúc {time} ngày {day}.",
     NULL},
    {"phishing", CITIZEN, "", POWER, "www", "tiendien", CARE_SCAM, 2, false, POWER_TITLE,
     "Tôi bị lừa {few} triệu đồng tiền điện, đã chuyển tới {bank} lúc {time}. Giờ gọi lại số "
     "{phone} thì không được.",
     NULL},
    {"phishing", OFFICER, "", POWER, "www", "tiendien", CARE_SCAM, 2, false, POWER_TITLE,
     "Tổng đài công ty nhận {many} cuộc phản ánh bị gọi dọa cắt điện, ứng dụng giả tải tại {url}, "
     "tiền chuyển vào {bank}. Ghi nhận từ {time} ngày {day}.",
     NULL},
};

static const struct demo_story guess[] = {
    {"intrusion", OFFICER, "", NULL, "mail", "", CARE_ACCOUNT, 2, false,
     "Dò mật khẩu hộp thư từ một địa chỉ",
     "{host} bị dò mật khẩu {many}00 lần từ {ip}, bắt đầu lúc {time}. Một tài khoản đăng nhập "
     "được, đã khóa.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "mail", "", CARE_ACCOUNT, 2, false,
     "Hai tài khoản thư bị đăng nhập từ nguồn đang dò mật khẩu",
     "Theo cảnh báo của đội, kiểm tra {host} thấy {ip} đăng nhập được {few} tài khoản lúc {time} "
     "ngày {day}. Đã đổi mật khẩu.",
     NULL},
    {"intrusion", OFFICER, "", NULL, "vanban", "", CARE_ACCOUNT, 2, false,
     "Dò mật khẩu hệ thống văn bản",
     "Nhật ký {host} có {many}0 lần đăng nhập sai liên tiếp từ {ip} lúc {time}, sau đó một lần "
     "đúng. Tài khoản thuộc cán bộ đã nghỉ.",
     NULL},
};

#define DOWN_TITLE "Cổng nộp hồ sơ trực tuyến bị tấn công từ chối dịch vụ"
static const struct demo_story down[] = {
    {"dos", CITIZEN, "Người dùng dịch vụ công", SERVICES, "dichvucong", "", CARE_DOS, 2, false,
     DOWN_TITLE, "Trang {host} không vào được từ {time}, tôi cần nộp hồ sơ trong ngày.", NULL},
    {"dos", OFFICER, "", SERVICES, "dichvucong", "", CARE_DOS, 2, false, DOWN_TITLE,
     "Từ {time} {host} quá tải, số kết nối gấp {many} lần ngày thường, nhiều nhất từ {ip}. Đã nhờ "
     "nhà mạng lọc.",
     NULL},
    {"dos", CITIZEN, "Một người dân", SERVICES, "dichvucong", "", CARE_DOS, 2, false, DOWN_TITLE,
     "Tôi nộp hồ sơ ở Trung tâm Phục vụ hành chính công tỉnh qua mạng mà trang quay mãi rồi báo "
     "lỗi, thử {few} lần từ {time} đều vậy.",
     NULL},
    {"dos", MAIL, "Công ty dịch vụ hồ sơ", SERVICES, "dichvucong", "", CARE_DOS, 2, false,
     DOWN_TITLE,
     "Kính gửi quý cơ quan,\n\nChúng tôi không truy cập được {host} từ {time} ngày {day}, có "
     "{many} hồ sơ đến hạn. Nhờ quý cơ quan kiểm tra.\n\nTrân trọng.",
     NULL},
    {"dos", CITIZEN, "", SERVICES, "dichvucong", "", CARE_DOS, 2, false, DOWN_TITLE,
     "{host} lỗi suốt từ {time} tới giờ, gọi tổng đài không ai nghe.", NULL},
};

const struct demo_thread demo_threads[] = {
    {fine, ARRAY_LEN(fine), false},   {down, ARRAY_LEN(down), false},
    {worm, ARRAY_LEN(worm), true},    {bet, ARRAY_LEN(bet), false},
    {power, ARRAY_LEN(power), false}, {guess, ARRAY_LEN(guess), true},
};
const size_t demo_threads_len = ARRAY_LEN(demo_threads);
