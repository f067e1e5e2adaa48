#include "words.h"

const char *const site_kinds[SITE_KINDS] = {"phishing", "malware", "intrusion", "defacement",
                                            "dos",      "ransom",  "sabotage",  "espionage",
                                            "combined", "other"};

const char *const site_titles[SITE_TITLES] = {
    "Trang giả mạo cổng dịch vụ công yêu cầu nhập mật khẩu",
    "Thư mạo danh lãnh đạo đề nghị chuyển tiền",
    "Tài khoản quản trị đăng nhập từ địa chỉ lạ",
    "Hộp thư công vụ bị chiếm, gửi thư hàng loạt",
    "Máy trạm nhiễm mã độc sau khi mở tệp đính kèm",
    "Mã độc lây qua thiết bị lưu trữ ngoài",
    "Dữ liệu bị mã hóa, có thư đòi tiền chuộc",
    "Trang chủ bị thay bằng hình lạ",
    "Chèn liên kết cờ bạc vào trang thông tin",
    "Cổng thông tin không truy cập được",
    "Nghẽn đường truyền do tấn công từ chối dịch vụ",
    "Danh sách công dân bị rao bán trên mạng",
    "Cơ sở dữ liệu bị xóa bảng",
    "Phát hiện phần mềm gián điệp trên máy làm việc",
    "Máy chủ thư bị lợi dụng gửi thư rác",
    "Lộ tệp cấu hình trên kho mã nguồn công khai",
    "Thiết bị mạng bị đổi cấu hình",
    "Camera an ninh bị truy cập trái phép",
    "Khai thác lỗ hổng trên máy chủ web",
    "Tin nhắn mạo danh điện lực, ngân hàng",
};

const char *const site_texts[SITE_TEXTS] = {
    "Đơn vị phát hiện sự việc lúc đầu giờ sáng, đã cô lập máy và giữ nguyên hiện trạng.",
    "Nhật ký tường lửa ghi nhận nhiều lượt kết nối ra ngoài trong đêm.",
    "Người dùng đã nhập mật khẩu trước khi nhận ra trang không phải của cơ quan.",
    "Bản sao lưu gần nhất cách đây năm ngày, đã kiểm tra và khôi phục được.",
    "Chưa xác định được dữ liệu có bị sao chép ra ngoài hay không.",
    "Nhà mạng đã lọc lưu lượng theo yêu cầu của cơ quan điều phối.",
    "Tài khoản liên quan đã bị khóa, mật khẩu của toàn đơn vị được đổi.",
    "Phần mềm diệt vi-rút không nhận ra mẫu này, đã gửi mẫu đi phân tích.",
    "Có dấu hiệu kẻ tấn công ở trong hệ thống ít nhất hai tuần.",
    "Người dân phản ánh không nộp được hồ sơ trực tuyến.",
    "Đề nghị hỗ trợ rà soát các máy chủ khác trong cùng vùng mạng.",
    "Trang giả dùng tên miền gần giống tên miền của cơ quan.",
    "Kế toán nhận cuộc gọi mạo danh thủ trưởng ngay sau bức thư.",
    "Lỗ hổng đã có bản vá từ tháng trước nhưng chưa được cài đặt.",
    "Đã thu giữ ổ cứng và lập biên bản bàn giao chứng cứ.",
    "Hệ thống giám sát cảnh báo mức sử dụng bộ xử lý tăng bất thường.",
};

const char *const site_comments[SITE_COMMENTS] = {
    "Đã gọi cho đầu mối của đơn vị, đang chờ gửi nhật ký.",
    "Nhật ký cho thấy lần truy cập đầu tiên từ ba ngày trước.",
    "Đã chặn địa chỉ trên tường lửa biên và báo nhà mạng.",
    "Đề nghị đơn vị giữ nguyên máy, không khởi động lại.",
    "Đã khôi phục dịch vụ, theo dõi thêm 48 giờ.",
    "Mẫu mã độc trùng với vụ tuần trước ở đơn vị lân cận.",
};

const char *const site_steps[SITE_STEPS] = {"Xác minh và phân loại sự cố", "Khoanh vùng, ngăn chặn",
                                            "Điều tra, loại bỏ nguyên nhân",
                                            "Khôi phục và báo cáo kết quả"};

const char *const site_units[SITE_UNITS] = {"Phòng",  "Trung tâm", "Ban Quản lý",
                                            "Trường", "Trạm",      "Chi cục"};

const char *const site_fields[SITE_FIELDS] = {
    "Hành chính công",     "Công nghệ thông tin", "Y tế dự phòng",   "Quản lý đất đai",
    "Trung học phổ thông", "Kiểm soát bệnh tật",  "Giao thông",      "Khuyến nông",
    "Tài chính kế hoạch",  "Lao động việc làm",   "Văn hóa du lịch", "Cấp thoát nước",
    "Quản lý thị trường",  "Đăng kiểm",           "Lưu trữ lịch sử", "Phát triển đô thị",
    "Dân số gia đình",     "Bảo vệ môi trường",   "Khí tượng",       "Đào tạo nghề"};

const char *const site_systems[SITE_SYSTEMS] = {"Cổng thông tin điện tử",
                                                "Hệ thống một cửa",
                                                "Thư điện tử công vụ",
                                                "Quản lý văn bản",
                                                "Cơ sở dữ liệu hồ sơ",
                                                "Hội nghị truyền hình",
                                                "Camera giám sát",
                                                "Quản lý tài sản",
                                                "Kế toán",
                                                "Nền tảng dữ liệu dùng chung"};
