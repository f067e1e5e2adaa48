#include "app/demo/stories.h"

#define POLICE "Công an tỉnh Sơn Hải"

enum { ALONE, IDENTITY, INVOICE }; /* groups */

#define IDENTITY_TITLE "Trang giả mạo cập nhật định danh điện tử"

const struct demo_recent demo_recents[] = {
    {2810,
     "incident",
     IDENTITY,
     {"phishing", CITIZEN, "Một người dân", POLICE, "www", "dinhdanh", CARE_PHISHING, 2, false,
      IDENTITY_TITLE,
      "Tôi nhận được tin nhắn từ số {phone} lúc {time} ngày {day}, nói tài khoản định danh của tôi "
      "sắp bị khóa, phải cập nhật ngay tại {url}. Trang đòi số căn cước, ảnh khuôn mặt và mã OTP. "
      "Tôi chưa nhập nhưng bác hàng xóm thì đã nhập rồi.",
      NULL}},
    {2650,
     "spam",
     ALONE,
     {"", CITIZEN, "", NULL, "", "the-tindung", CARE_OTHER, 1, false, "",
      "Mở thẻ tín dụng hạn mức {many} triệu không cần chứng minh thu nhập. Đăng ký tại {url} hoặc "
      "gọi {phone}.",
      NULL}},
    {2520,
     "incident",
     ALONE,
     {"defacement", OFFICER, "", "UBND Xã Đồi Xanh", "www", "baomoi-nong", CARE_SITE, 1, false,
      "Trang thông tin của xã bị chèn bài viết lạ",
      "Trang quản trị {host} có {few} bài viết lạ đăng lúc {time} ngày {day}, dẫn tới {url}. Nhật "
      "ký có yêu cầu tải lên từ {ip}. Đã chuyển trang sang chế độ bảo trì.",
      NULL}},
    {2340,
     "join",
     IDENTITY,
     {"phishing", CITIZEN, "Người cao tuổi, con trai báo thay", POLICE, "www", "dinhdanh",
      CARE_PHISHING, 2, false, IDENTITY_TITLE,
      "Bố tôi bấm vào tin nhắn cập nhật định danh, đã nhập số căn cước và chụp khuôn mặt ở trang "
      "{url}. Lúc {time} có số lạ {phone} gọi tới xin mã, bố tôi chưa đọc. Giờ gia đình phải làm "
      "gì?",
      NULL}},
    {2110,
     "incident",
     INVOICE,
     {"malware", OFFICER, "", "Sở Công Thương", "vanban", "tracuu-hoadon", CARE_MALWARE, 2, false,
      "Mã độc trong tệp giả hóa đơn điện tử",
      "Một máy ở phòng kế toán mở tệp hoa-don-dien-tu.xlsm nhận qua thư, sau đó phần mềm diệt "
      "vi-rút báo tệp có SHA-256 {hash}. Máy liên tục kết nối tới {ip} và {domain}. Đã rút dây "
      "mạng lúc {time}, chưa tắt máy.",
      NULL}},
    {1980,
     "closed",
     ALONE,
     {"phishing", CITIZEN, "Một người dân", NULL, "motcua", "", CARE_PHISHING, 1, false, "",
      "Có tin nhắn hẹn tôi đến {org} nhận kết quả hồ sơ lúc 8 giờ sáng thứ Hai, tin đến lúc "
      "{time}. Tôi sợ tin giả nên hỏi trước khi đi.",
      "Đã gọi hỏi đơn vị: đây là giấy hẹn thật, tin nhắn không có đường liên kết. Bạn đến theo giờ "
      "hẹn, mang theo giấy biên nhận. Cảm ơn bạn đã cẩn thận."}},
    {1720,
     "incident",
     ALONE,
     {"intrusion", OFFICER, "", "Sở Khoa học và Công nghệ", "ttdl", "", CARE_ACCOUNT, 3, false,
      "Thiết bị tường lửa của trung tâm dữ liệu có dấu hiệu bị khai thác",
      "Thiết bị tường lửa (FortiOS 7.2.5, chưa vá CVE-2024-21762) của {system} có phiên quản trị "
      "từ {ip} lúc {time} ngày {day}. Cấu hình bị tải về một lần. Đã tắt cổng quản trị từ xa, giữ "
      "nguyên thiết bị chờ lấy nhật ký.",
      NULL}},
    {1620,
     "incident",
     ALONE,
     {"intrusion", OFFICER, "", "Sở Nội vụ", "mail", "lichhop-moi", CARE_ACCOUNT, 2, false,
      "Hộp thư văn thư bị chiếm, gửi thư hàng loạt",
      "Hộp thư văn thư của Sở gửi {many}0 thư mời họp giả từ {time}, nội dung dẫn đến {url}. Đã "
      "đổi mật khẩu, thu hồi phiên. Có phiên đăng nhập lạ từ {ip}.",
      NULL}},
    {1500,
     "incident",
     INVOICE,
     {"malware", OFFICER, "", "Sở Xây dựng", "vanban", "tracuu-hoadon", CARE_MALWARE, 2, false,
      "Máy trạm kết nối máy chủ điều khiển sau khi mở hóa đơn giả",
      "Theo cảnh báo của đội, rà soát tường lửa thấy một máy gọi ra {domain} từ {time} ngày {day}. "
      "Trên máy có tệp SHA-256 {hash}. Máy đã rút mạng.",
      NULL}},
    {1400,
     "duplicate",
     IDENTITY,
     {"phishing", CITIZEN, "Phụ huynh học sinh", POLICE, "www", "dinhdanh", CARE_PHISHING, 2, false,
      IDENTITY_TITLE,
      "Nhóm phụ huynh lớp con tôi chuyền nhau trang {url} để cập nhật định danh cho con. Tôi thấy "
      "địa chỉ không giống trang nhà nước nên báo. Thấy lúc {time}.",
      NULL}},
    {1250,
     "asking",
     ALONE,
     {"dos", OFFICER, "", "Báo và Phát thanh, Truyền hình Sơn Hải", "www", "", CARE_DOS, 2, false,
      "Trang báo điện tử chập chờn do lượng truy cập tăng đột biến",
      "Từ {time} trang {host} chập chờn từng đợt khoảng {few} phút, nhiều yêu cầu từ {ip} và "
      "{ip6}. Chưa rõ là tấn công hay do bài được chia sẻ nhiều.",
      "Đề nghị Báo gửi biểu đồ lưu lượng 24 giờ và nhật ký máy chủ web trong các đợt chập chờn. "
      "Nhà mạng đã được báo chưa, có bài nào được chia sẻ nhiều vào giờ đó không?"}},
    {1130,
     "asking",
     ALONE,
     {"espionage", CITIZEN, "Phụ huynh học sinh", "Sở Giáo dục và Đào tạo", "csdl", "nhomkin",
      CARE_LEAK, 3, true, "Thông tin học sinh bị rao bán trong nhóm kín",
      "Trong một nhóm kín có người rao bán danh sách học sinh toàn tỉnh, có ngày sinh và số điện "
      "thoại phụ huynh. Ảnh xem thử giống sổ của Cơ sở dữ liệu ngành giáo dục bên Sở Giáo dục và "
      "Đào tạo. Người bán để lại số {phone}. Tôi thấy lúc {time}, đề nghị giữ kín tên tôi.",
      "Cảm ơn bạn, danh tính của bạn được giữ kín. Nhờ bạn gửi ảnh chụp bài rao bán và tên nhóm, "
      "ảnh xem thử có bao nhiêu dòng, bạn nhận ra thông tin của ai trong đó? Xin đừng nhắn tin hay "
      "chuyển tiền cho người bán."}},
    {900,
     "incident",
     ALONE,
     {"intrusion", OFFICER, "", "Sở Y tế", "hososuckhoe", "", CARE_ACCOUNT, 3, false,
      "Tài khoản quản trị hồ sơ sức khỏe đăng nhập từ địa chỉ lạ",
      "Nhật ký {host} ghi nhận tài khoản quản trị đăng nhập lúc {time} ngày {day} từ {ip6}, tra "
      "cứu {many} hồ sơ trong 5 phút. Người giữ tài khoản xác nhận không đăng nhập. Đã khóa tài "
      "khoản, giữ nhật ký.",
      NULL}},
    {760,
     "asking",
     ALONE,
     {"phishing", CITIZEN, "Chủ hộ kinh doanh", POLICE, "www", "thue-hokinhdoanh", CARE_SCAM, 2,
      false, "Cuộc gọi giả cán bộ thuế yêu cầu cài ứng dụng",
      "Số {phone} gọi cho tôi lúc {time}, xưng cán bộ thuế. Họ bảo tải ứng dụng ở {url} để hoàn "
      "thuế hộ kinh doanh. Tôi tải rồi, máy đòi quyền đọc tin nhắn thì tôi thấy sợ.",
      "Bạn đã mở ứng dụng và cấp quyền đọc tin nhắn chưa? Từ lúc cài, bạn có mở ứng dụng ngân hàng "
      "không? Trước mắt hãy bật chế độ máy bay, chưa gỡ ứng dụng để chúng tôi hướng dẫn lấy lại "
      "tệp."}},
    {640,
     "new",
     ALONE,
     {"defacement", CITIZEN, "Sinh viên", "UBND Xã Suối Xanh", "www", "cado-bongda", CARE_SITE, 1,
      false, "",
      "Em vào trang của UBND Xã Suối Xanh để tải mẫu đơn xác nhận cư trú thì nó tự nhảy sang "
      "{url}, toàn quảng cáo cá độ. Em thử trên điện thoại lúc {time} cũng bị, còn máy tính ở "
      "trường thì không.",
      NULL}},
    {520,
     "incident",
     ALONE,
     {"dos", OFFICER, "", "Trung tâm Phục vụ hành chính công tỉnh", "dichvucong", "", CARE_DOS, 2,
      false, "Hệ thống giải quyết thủ tục hành chính chậm bất thường",
      "Từ {time} {host} phản hồi rất chậm, số kết nối gấp {few} lần ngày thường, nhiều nhất từ "
      "{ip} và {ip6}. Các quầy chuyển sang tiếp nhận hồ sơ giấy. Đã nhờ nhà mạng lọc.",
      NULL}},
    {430,
     "asking",
     ALONE,
     {"malware", MAIL, "Công chức văn phòng xã", "UBND Xã Lúa Vàng", "vanban", "fontchu",
      CARE_MALWARE, 2, false, "Nhờ kiểm tra máy kế toán của xã",
      "Kính gửi Đội ứng cứu sự cố,\n\nMáy kế toán của UBND Xã Lúa Vàng từ {time} hôm nay hiện cửa "
      "sổ đen rồi tắt, con trỏ tự chạy. Trước đó chị kế toán có tải phông chữ ở {url}. Nhờ các anh "
      "chị xem giúp.\n\nTrân trọng.",
      "Đề nghị rút dây mạng, không tắt máy, không đăng nhập kho bạc hay ngân hàng trên máy đó. Máy "
      "có cài phần mềm điều khiển từ xa nào không, có cắm chữ ký số từ lúc bị không? Nhờ chụp màn "
      "hình danh sách chương trình đã cài."}},
    {410,
     "new",
     ALONE,
     {"intrusion", MAIL, "Sinh viên năm cuối", "Trường Đại học Sơn Hải", "daotao", "", CARE_ACCOUNT,
      2, false, "Điểm thi bị sửa trên cổng đào tạo",
      "Kính gửi quý cơ quan,\n\nEm đăng nhập Cổng đào tạo và tuyển sinh - Trường Đại học Sơn Hải "
      "lúc {time} thì thấy {few} môn của em bị đổi điểm, lớp em có nhiều bạn cũng vậy. Nhật ký tài "
      "khoản báo đăng nhập từ {ip} nhưng em không dùng máy nào khác.\n\nEm cảm ơn.",
      NULL}},
    {355,
     "answered",
     ALONE,
     {"phishing", CITIZEN, "Một người dân", "Công ty Điện lực Sơn Hải", "www", "hoadon-dien",
      CARE_SCAM, 2, false, "",
      "Lúc {time} có người xưng bên Công ty Điện lực Sơn Hải gọi cho vợ tôi từ số {phone}, bảo "
      "công tơ bị lỗi, phải cài ứng dụng ở {url} để được hoàn tiền. Vợ tôi đã cài.",
      NULL}},
    {300,
     "new",
     IDENTITY,
     {"phishing", CITIZEN, "", POLICE, "www", "dinhdanh", CARE_PHISHING, 2, false, IDENTITY_TITLE,
      "Tôi nhận tin báo định danh hết hạn lúc {time}. Tin kèm {url}. Tôi không bấm, chỉ báo để các "
      "anh chị chặn. Số gửi là {phone}.",
      NULL}},
    {215,
     "new",
     INVOICE,
     {"malware", OFFICER, "", "Sở Nông nghiệp và Môi trường", "vanban", "tracuu-hoadon",
      CARE_MALWARE, 2, false, "Phát hiện tệp giả hóa đơn theo cảnh báo",
      "Rà soát theo cảnh báo, thấy tệp hoa-don-dien-tu.xlsm trong thư mục tải về của {few} máy, "
      "SHA-256 {hash}. Một máy đã mở tệp lúc {time}, chưa thấy kết nối ra ngoài.",
      NULL}},
    {170,
     "new",
     ALONE,
     {"phishing", CITIZEN, "Người bán hàng trên mạng", POLICE, "www", "nhantien-quocte", CARE_SCAM,
      2, false, "",
      "Khách nước ngoài mua hàng lừa tôi nhập thẻ để nhận tiền. Họ gửi {url}, tôi nhập xong thì "
      "mất {few} triệu, tiền chạy sang {bank}. Sự việc lúc {time}, tôi đã gọi ngân hàng khóa thẻ.",
      NULL}},
    {140,
     "incident",
     ALONE,
     {"intrusion", OFFICER, "", "Sở Tài chính", "vanban", "", CARE_ACCOUNT, 2, false,
      "Người lạ vào phòng họp trực tuyến",
      "Trong cuộc họp trực tuyến của Sở lúc {time} có {few} người lạ vào phòng, bật hình ảnh phản "
      "cảm. Nhật ký cho thấy địa chỉ {ip}. Mật khẩu phòng họp đã gửi qua tin nhắn nhóm. Đã đóng "
      "phòng.",
      NULL}},
    {130,
     "new",
     ALONE,
     {"intrusion", MAIL, "Công chức văn thư", "Văn phòng Tỉnh ủy", "mail", "", CARE_ACCOUNT, 3,
      true, "Đăng nhập lạ vào hộp thư công vụ",
      "Kính gửi bộ phận trực,\n\nHệ thống thư điện tử - Văn phòng Tỉnh ủy gửi cảnh báo có đăng "
      "nhập vào hộp thư của tôi từ {ip} lúc {time}, tôi không thực hiện. Tôi đã đổi mật khẩu. Đề "
      "nghị không nêu tên tôi khi trao đổi với đơn vị khác.\n\nTrân trọng.",
      NULL}},
    {105,
     "incident",
     ALONE,
     {"ransom", OFFICER, "", "Trường Cao đẳng Kỹ thuật Sơn Hải", "vanban", "khoiphuc-tep",
      CARE_RANSOM, 3, false, "Máy chủ tệp của trường bị mã hóa, có thư đòi tiền chuộc",
      "Lúc {time} tệp trên máy chủ dùng chung bị đổi đuôi hàng loạt, có tệp hướng dẫn liên hệ "
      "{mail} để trả tiền. Trước đó có kết nối điều khiển từ xa từ {ip}. Đã rút mạng máy chủ và "
      "{few} máy trạm, chưa tắt máy. Bản sao lưu cách đây {few} ngày, để ngoài mạng.",
      NULL}},
    {80,
     "new",
     ALONE,
     {"phishing", CITIZEN, "Một người dân", "Công ty Cấp nước Sơn Hải", "www", "cuocnuoc",
      CARE_PHISHING, 2, false, "",
      "Tôi nhận tin nhắn đề tên Công ty Cấp nước Sơn Hải lúc {time}. Họ bảo trả tiền nước ở {url} "
      "sẽ được giảm {many}%. Nhà tôi xưa nay trả tiền mặt nên thấy lạ.",
      NULL}},
    {60,
     "new",
     ALONE,
     {"intrusion", OFFICER, "", "Bệnh viện Nhi Sơn Hải", "his", "", CARE_ACCOUNT, 3, false,
      "Đăng nhập ngoài giờ vào hệ thống khám chữa bệnh",
      "Tài khoản của một bác sĩ nghỉ phép đăng nhập {host} lúc {time}, xem {many} bệnh án. Phiên "
      "đi từ {ip}. Đã khóa tài khoản, đang lấy nhật ký.",
      NULL}},
    {45,
     "new",
     IDENTITY,
     {"phishing", CITIZEN, "Lái xe dịch vụ", POLICE, "www", "dinhdanh", CARE_PHISHING, 2, false,
      IDENTITY_TITLE,
      "Khách đi xe cho tôi xem tin nhắn cập nhật định danh gửi lúc {time}. Trong tin có {url}. "
      "Khách đã nhập mã OTP, tôi khuyên gọi ngân hàng rồi. Báo để các anh chị cảnh báo thêm.",
      NULL}},
    {30,
     "new",
     ALONE,
     {"other", CITIZEN, "Phụ huynh học sinh", NULL, "www", "", CARE_OTHER, 1, false, "",
      "Có trang mạng xã hội lấy ảnh của con tôi và các bạn cùng lớp để kêu gọi quyên góp, tài "
      "khoản nhận là {bank}. Nhà trường nói không phải trang của trường. Tôi thấy lúc {time}.",
      NULL}},
    {20,
     "new",
     ALONE,
     {"ransom", OFFICER, "", "UBND Xã Mây Bạc", "motcua", "", CARE_RANSOM, 3, false,
      "Hồ sơ một cửa không mở được, tệp bị đổi đuôi",
      "Từ {time} máy tiếp nhận hồ sơ một cửa không mở được tệp, tên tệp có thêm đuôi lạ, màn hình "
      "nền đổi thành chữ nước ngoài. Có {few} máy bị. Đã rút dây mạng, để nguyên máy chờ hướng "
      "dẫn.",
      NULL}},
};
const size_t demo_recents_len = ARRAY_LEN(demo_recents);
