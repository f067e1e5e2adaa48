#include "app/demo/stories.h"

const struct demo_story demo_stories[] = {
    {"phishing", "Trang giả mạo cổng dịch vụ công yêu cầu nhập mật khẩu",
     "Tôi nhận được tin nhắn báo hồ sơ bị trả lại và kèm đường liên kết {url}. Trang này giống hệt "
     "trang của cơ quan, "
     "đòi số căn cước và mật khẩu. Tin nhắn gửi từ số {phone}. Trang thật là {host}.",
     0},
    {"phishing", "Thư mạo danh lãnh đạo đề nghị chuyển tiền",
     "Kế toán nhận thư từ {mail} mạo danh thủ trưởng, yêu cầu chuyển gấp vào {bank}. Chưa chuyển "
     "tiền. Đường dẫn "
     "trong thư là hxxps://{domain}/xacnhan.",
     0},
    {"intrusion", "Tài khoản quản trị đăng nhập từ địa chỉ lạ",
     "Nhật ký {host} ghi nhận tài khoản quản trị đăng nhập lúc 2 giờ sáng từ {ip}. Không ai trong "
     "đơn vị trực lúc đó. "
     "Sau đó có một tài khoản mới được tạo.",
     1},
    {"intrusion", "Hộp thư công vụ bị chiếm, gửi thư hàng loạt",
     "Hộp thư văn thư gửi hơn 800 thư trong đêm, nội dung dẫn đến {url}. Đã đổi mật khẩu. Phiên "
     "đăng nhập lạ từ {ip}.",
     0},
    {"malware", "Máy trạm nhiễm mã độc sau khi mở tệp đính kèm",
     "Một máy tại phòng kế toán mở tệp hoadon.xlsm, sau đó phần mềm diệt vi-rút báo tệp có SHA-256 "
     "{hash}. Máy liên tục "
     "kết nối tới {ip} và {domain}.",
     0},
    {"malware", "Mã độc lây qua thiết bị USB",
     "Nhiều máy hiện lối tắt lạ trong thư mục. Tệp chạy ẩn có SHA-256 {hash}. Ảnh hưởng khoảng 15 "
     "máy thuộc {system}.",
     0},
    {"ransom", "Dữ liệu bị mã hóa, có thư đòi tiền chuộc",
     "Sáng nay toàn bộ tệp trên máy chủ tệp bị đổi đuôi, có tệp hướng dẫn liên hệ {mail} để trả "
     "tiền. Máy chủ thuộc "
     "{system}. Kết nối ra {ip} trước khi bị mã hóa. Bản sao lưu gần nhất cách đây 5 ngày.",
     1},
    {"defacement", "Trang chủ bị thay bằng hình lạ",
     "Truy cập {host} thấy hình và chữ nước ngoài thay cho trang chủ. Trang quản trị không đăng "
     "nhập được. Nhật ký có "
     "yêu cầu tải lên từ {ip}.",
     0},
    {"defacement", "Chèn liên kết cờ bạc vào trang thông tin",
     "Tìm kiếm tên cơ quan ra các trang cờ bạc nằm dưới {host}. Các trang này dẫn tới {url}.", -1},
    {"dos", "Cổng thông tin không truy cập được",
     "Từ 8 giờ {host} rất chậm rồi không vào được. Lưu lượng vào tăng đột biến, nhiều nhất từ "
     "{ip}. Người dân không nộp "
     "được hồ sơ.",
     0},
    {"dos", "Nghẽn đường truyền do tấn công từ chối dịch vụ",
     "Đường truyền của đơn vị bị nghẽn theo từng đợt 20 phút, nguồn chính {ip}. Đã nhờ nhà mạng "
     "lọc.",
     0},
    {"espionage", "Danh sách công dân bị rao bán trên mạng",
     "Có bài đăng tại {url} rao bán dữ liệu được cho là lấy từ {system}, kèm 50 dòng mẫu. Đối "
     "chiếu thấy 41 dòng khớp.",
     1},
    {"espionage", "Phát hiện phần mềm gián điệp trên máy lãnh đạo",
     "Máy gửi dữ liệu định kỳ tới {domain} ({ip}). Tệp nghi vấn có SHA-256 {hash}.", 1},
    {"sabotage", "Cơ sở dữ liệu bị xóa bảng",
     "Ứng dụng {host} báo lỗi, kiểm tra thấy ba bảng bị xóa lúc 23 giờ bởi tài khoản ứng dụng, "
     "phiên từ {ip}.",
     1},
    {"combined", "Tấn công nhiều bước vào máy chủ web",
     "Dò mật khẩu từ {ip}, sau đó tải lên tệp lạ (SHA-256 {hash}) và gọi ra {domain}. Máy chủ "
     "{host} dùng phiên bản có "
     "CVE-2024-21762.",
     1},
    {"other", "Cuộc gọi tự xưng cán bộ kỹ thuật đòi cài phần mềm",
     "Người gọi từ số {phone} tự xưng hỗ trợ kỹ thuật của {system}, yêu cầu cài phần mềm điều "
     "khiển từ xa tải tại {url}. "
     "Có người đã cài.",
     -1},
};
const size_t demo_stories_len = ARRAY_LEN(demo_stories);

const struct demo_story demo_spam = {"", "Vay tiền nhanh không thế chấp, giải ngân trong ngày",
                                     "Liên hệ ngay {phone}, lãi suất 0 phần trăm. Xem {url}", 0};

const char *const demo_reporters[5] = {"Một người dân", "Nhân viên văn phòng", "Kế toán đơn vị",
                                       "Người dùng dịch vụ công", ""};

const char *const demo_questions[3] = {
    "Cảm ơn bạn đã báo. Bạn vui lòng cho biết chính xác thời điểm nhận được tin nhắn và gửi ảnh "
    "chụp màn hình?",
    "Máy có còn kết nối mạng không? Vui lòng rút dây mạng, không tắt máy và gửi tệp nhật ký giúp "
    "chúng tôi.",
    "Bạn đã nhập mật khẩu hoặc chuyển tiền chưa? Nếu có, hãy đổi mật khẩu và gọi ngân hàng ngay.",
};

const char *const demo_answers[4] = {
    "Đã kiểm tra: đây là bảo trì theo kế hoạch, không phải sự cố. Cảm ơn bạn đã báo.",
    "Trang giả mạo đã bị chặn trước đó. Cảm ơn bạn.",
    "Đã hướng dẫn qua điện thoại, người báo tự xử lý được.",
    "Sự việc thuộc đơn vị ngoài địa bàn, đã chuyển cơ quan có thẩm quyền.",
};

const char *const demo_comments[6] = {
    "Đã gọi lại cho đơn vị, họ đang **giữ nguyên hiện trạng** máy chủ.",
    "Đã nhận nhật ký 7 ngày. Bắt đầu đối chiếu với các sự cố trước.",
    "Nhà mạng xác nhận đã chặn địa chỉ tại biên.",
    "Tìm cùng dấu hiệu trên 12 máy khác:\n\n- 2 máy có kết nối\n- 10 máy sạch",
    "Đơn vị đề nghị hỗ trợ tại chỗ sáng mai.",
    "Đã khôi phục từ bản sao lưu, đang theo dõi 24 giờ.",
};

const char *const demo_results[4] = {
    "Nguyên nhân: mật khẩu yếu và chưa bật xác thực hai lớp. Đã đổi mật khẩu, thu hồi phiên, chặn "
    "địa chỉ nguồn. Không phát "
    "hiện lộ dữ liệu. Kiến nghị bật xác thực hai lớp cho toàn bộ tài khoản quản trị.",
    "Nguyên nhân: lỗ hổng của phần mềm chưa vá. Đã vá, gỡ tệp lạ, khôi phục trang từ bản sao lưu. "
    "Ngừng dịch vụ 6 giờ.",
    "Đã gỡ trang giả mạo với sự phối hợp của nhà đăng ký tên miền; cảnh báo người dân trên cổng "
    "thông tin.",
    "Đã làm sạch máy trạm, săn tìm cùng dấu hiệu trên toàn mạng nội bộ, không thấy lây lan. Rút "
    "kinh nghiệm về tệp đính kèm.",
};
