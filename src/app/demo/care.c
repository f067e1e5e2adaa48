#include "app/demo/stories.h"

const struct demo_care_texts demo_cares[] = {
    [CARE_PHISHING] =
        {
            "Cảm ơn bạn đã báo. Bạn đã nhập mật khẩu, mã OTP hoặc thông tin thẻ vào trang đó chưa? "
            "Nếu rồi, hãy đổi mật khẩu và gọi ngân hàng ngay. Nhờ bạn gửi ảnh chụp tin nhắn, thấy "
            "rõ số gửi và giờ nhận.",
            "Tôi chưa nhập gì, thấy lạ nên thoát ra ngay. Tin nhắn đến lúc {time}, tôi đã chụp màn "
            "hình và sẽ gửi kèm.",
            {"Đã phối hợp nhà mạng chặn tên miền {domain} và số gửi tin; đăng cảnh báo trên cổng "
             "thông tin của tỉnh. Có {few} người đã nhập thông tin, đều đã đổi mật khẩu, không mất "
             "tiền.",
             "Trang giả mạo {domain} đã bị nhà đăng ký tên miền thu hồi. Đã hướng dẫn những người "
             "nhập thông tin đổi mật khẩu; chuyển hồ sơ cho cơ quan công an theo dõi tiếp."},
            {"Đã gửi nhà đăng ký tên miền đề nghị thu hồi **{domain}**, kèm ảnh chụp.",
             "Nhà mạng xác nhận đã chặn tên miền tại máy chủ phân giải của họ.",
             "Gọi lại cho người báo: chưa nhập mật khẩu. Trong nhóm khu phố có {few} người nhận "
             "tin giống hệt."},
        },
    [CARE_SCAM] =
        {
            "Cảm ơn bạn đã báo. Bạn đã cài phần mềm họ gửi hoặc đọc mã OTP chưa? Nếu đã cài, hãy "
            "tắt mạng trên điện thoại, không mở ứng dụng ngân hàng và gọi ngân hàng khóa tài "
            "khoản. Nhờ bạn cho biết giờ gọi và số đã gọi.",
            "Tôi có cài nhưng chưa đăng nhập ngân hàng. Họ gọi lúc {time}, nói giọng rất rành. Tôi "
            "đã tắt mạng trên điện thoại rồi.",
            {"Đã đề nghị nhà mạng khóa số gọi đến; chuyển thông tin tài khoản nhận tiền cho cơ "
             "quan công an. Cảnh báo đã phát trên đài truyền thanh xã. Không ai mất tiền sau khi "
             "cảnh báo.",
             "Ứng dụng giả đã được gỡ khỏi máy của {few} người, tài khoản ngân hàng được khóa kịp. "
             "Tên miền phát tán ứng dụng đã bị chặn."},
            {"Nhà mạng cho biết số {phone} mới kích hoạt {few} ngày, đã tạm khóa chiều gọi đi.",
             "Đã gửi đường liên kết tải ứng dụng cho nhà mạng để chặn.",
             "Người báo đồng ý làm việc với công an xã chiều nay."},
        },
    [CARE_ACCOUNT] =
        {
            "Đề nghị cho biết tài khoản đã được đổi mật khẩu và thu hồi phiên chưa, có bật xác "
            "thực hai lớp không? Nhờ gửi nhật ký đăng nhập 07 ngày gần nhất.",
            "Đã đổi mật khẩu và thu hồi mọi phiên lúc {time}. Trước đó chưa bật xác thực hai lớp. "
            "Nhật ký đang trích xuất, sẽ gửi trong ngày.",
            {"Nguyên nhân: mật khẩu dùng lại ở trang khác đã lộ, chưa bật xác thực hai lớp. Đã đổi "
             "mật khẩu, thu hồi phiên, chặn địa chỉ nguồn. Không phát hiện lộ dữ liệu. Kiến nghị "
             "bật xác thực hai lớp cho mọi tài khoản quản trị.",
             "Nguyên nhân: cán bộ nhập mật khẩu vào trang giả. Đã gỡ quy tắc chuyển tiếp, báo cho "
             "người nhận thư lạ, tập huấn lại cho đơn vị. Theo dõi 72 giờ không thấy đăng nhập bất "
             "thường."},
            {"Đã nhận nhật ký đăng nhập 7 ngày. Bắt đầu đối chiếu với các sự cố trước.",
             "Tìm đăng nhập từ cùng nguồn vào hệ thống khác của đơn vị:\n\n- 2 tài khoản có phiên "
             "lạ\n- các tài khoản còn lại sạch",
             "Đơn vị đã bật xác thực hai lớp cho nhóm quản trị."},
        },
    [CARE_MALWARE] =
        {
            "Máy còn nối mạng không? Đề nghị rút dây mạng, không tắt máy, không quét dọn. Nhờ gửi "
            "tên phần mềm diệt vi-rút, giờ cảnh báo và tệp nghi vấn (nén, đặt mật khẩu).",
            "Máy đã rút dây mạng từ {time}, vẫn bật. Phần mềm diệt vi-rút đã cách ly tệp, bộ phận "
            "kỹ thuật đang nén để gửi.",
            {"Đã làm sạch {few} máy trạm, săn tìm cùng dấu hiệu trên toàn mạng nội bộ, không thấy "
             "lây lan. Nguồn: tệp đính kèm giả hóa đơn. Đã chặn địa chỉ điều khiển.",
             "Nguyên nhân: phần mềm bẻ khóa cài trên máy trạm. Đã cài lại máy, đổi mật khẩu lưu "
             "trong trình duyệt, bỏ quyền quản trị của người dùng thường."},
            {"Đã gọi lại cho đơn vị, họ đang **giữ nguyên hiện trạng** máy.",
             "Tìm cùng dấu hiệu trên {many} máy khác:\n\n- {few} máy có kết nối\n- các máy còn lại "
             "sạch",
             "Nhà mạng xác nhận đã chặn địa chỉ điều khiển tại biên."},
        },
    [CARE_RANSOM] =
        {
            "Máy nào còn nối mạng, bản sao lưu có để rời khỏi mạng không? Đề nghị giữ một tệp bị "
            "đổi đuôi và tệp đòi tiền, không tắt máy, không trả tiền.",
            "Máy chủ tệp và các máy trạm đã rút mạng lúc {time}. Bản sao lưu để trên ổ rời, chưa "
            "cắm lại.",
            {"Đã khôi phục từ bản sao lưu sạch, mất dữ liệu {few} ngày gần nhất, không trả tiền. "
             "Nguyên nhân: cổng điều khiển từ xa mở ra mạng công cộng, mật khẩu yếu. Đã đóng cổng, "
             "thay mật khẩu quản trị.",
             "Đã cài lại {few} máy, khôi phục tệp từ bản sao lưu ngoại tuyến. Đường vào là tài "
             "khoản cũ chưa thu hồi. Kiến nghị sao lưu hằng ngày ra thiết bị rời."},
            {"Bản sao lưu ngoại tuyến còn nguyên, đã kiểm tra mở được.",
             "Đã lấy ảnh bộ nhớ và nhật ký máy chủ, giá trị băm ghi trong mục Tệp.",
             "Đơn vị đề nghị hỗ trợ tại chỗ, đội cử {few} người."},
        },
    [CARE_SITE] =
        {
            "Trang chạy trên máy chủ nào, ai quản trị? Đề nghị chụp lại trang, sao lưu thư mục "
            "trang và nhật ký truy cập trước khi sửa.",
            "Trang do nhà thầu quản trị. Đã chụp lại và sao lưu lúc {time}, nhật ký gửi kèm.",
            {"Nguyên nhân: phần mở rộng của trang chưa cập nhật. Đã vá, gỡ tệp lạ, khôi phục trang "
             "từ bản sao lưu. Ngừng dịch vụ {few} giờ, không lộ dữ liệu người dùng.",
             "Đã gỡ nội dung bị chèn, đổi mật khẩu quản trị, xóa {few} tài khoản lạ. Đã đề nghị "
             "công cụ tìm kiếm gỡ kết quả lưu sẵn."},
            {"Trang đã chuyển sang chế độ bảo trì.",
             "Tìm thấy {few} tệp lạ trong thư mục tải lên, đã giữ bản sao.",
             "Đã khôi phục từ bản sao lưu, đang theo dõi 24 giờ."},
        },
    [CARE_DOS] =
        {
            "Đề nghị gửi biểu đồ lưu lượng và danh sách địa chỉ nguồn nhiều nhất trong một giờ "
            "qua. Nhà mạng đã được báo chưa, đường truyền bao nhiêu?",
            "Đường truyền 300 Mb/s, đã báo nhà mạng lúc {time}. Biểu đồ đang lấy từ thiết bị biên.",
            {"Nhà mạng đã lọc tại biên, lưu lượng trở lại bình thường. Tổng thời gian gián đoạn "
             "{few} giờ. Đã bật giới hạn tần suất và ẩn trang tìm kiếm tốn tài nguyên.",
             "Lưu lượng tấn công dừng sau khi chuyển sang dịch vụ lọc. Đã có phương án dự phòng và "
             "kênh thay thế cho người dân."},
            {"Nhà mạng xác nhận đã bật lọc tại biên.",
             "Đợt thứ {few} kéo dài khoảng 20 phút, nguồn phân tán.",
             "Dịch vụ đã truy cập được, tiếp tục theo dõi."},
        },
    [CARE_LEAK] =
        {
            "Bạn thấy bài rao bán ở đâu, lúc nào? Nhờ gửi ảnh chụp bài và phần xem thử (che bớt "
            "thông tin cá nhân). Đề nghị bạn không liên hệ người bán. Danh tính của bạn được giữ "
            "kín.",
            "Tôi thấy trong một nhóm kín lúc {time}. Tôi gửi ảnh chụp, tôi không nhắn gì với người "
            "bán.",
            {"Đối chiếu mẫu cho thấy dữ liệu xuất từ tài khoản báo cáo của một cán bộ đã chuyển "
             "công tác. Đã thu hồi tài khoản, thông báo cho người bị ảnh hưởng, chuyển hồ sơ cho "
             "cơ quan công an.",
             "Dữ liệu rao bán là dữ liệu cũ, không lấy từ hệ thống của đơn vị. Bài đăng đã bị gỡ. "
             "Đã rà soát quyền xuất dữ liệu, bỏ quyền của {few} tài khoản."},
            {"Chỉ trao đổi trong nhóm xử lý. Mẫu dữ liệu giữ trong mục Tệp.",
             "Đối chiếu {few} dòng trong phần xem thử: cấu trúc giống tệp xuất của báo cáo tháng.",
             "Đã rà soát nhật ký xuất dữ liệu 90 ngày."},
        },
    [CARE_DATA] =
        {
            "Ứng dụng đã dừng chưa, nhật ký của cơ sở dữ liệu còn không? Đề nghị giữ nguyên máy "
            "chủ, không chạy lệnh sửa, khôi phục trên máy khác.",
            "Ứng dụng đã dừng lúc {time}. Nhật ký còn 14 ngày, đang sao ra ổ rời.",
            {"Đã khôi phục dữ liệu tới thời điểm trước sự cố, mất {few} giờ nhập liệu, đơn vị đã "
             "nhập lại. Nguyên nhân: mật khẩu của ứng dụng nằm trong tệp cấu hình đọc được từ "
             "ngoài.",
             "Nguyên nhân: lỗ hổng chèn câu lệnh trong trang tra cứu. Đã vá, tách quyền tài khoản "
             "ứng dụng, khôi phục từ bản sao lưu đêm trước."},
            {"Đã sao nhật ký cơ sở dữ liệu ra ổ rời, ghi giá trị băm.",
             "Khôi phục thử trên máy khác thành công, đang đối chiếu số hồ sơ.",
             "Nhà thầu ứng dụng đã vào làm việc cùng đội."},
        },
    [CARE_OTHER] =
        {
            "Bạn vui lòng cho biết rõ hơn sự việc: xảy ra lúc nào, trên thiết bị nào, đã làm gì từ "
            "lúc phát hiện?",
            "Sự việc xảy ra lúc {time}. Tôi chưa làm gì thêm, đang chờ hướng dẫn.",
            {"Đã xử lý xong cùng đơn vị, thu hồi quyền truy cập liên quan, không phát hiện thiệt "
             "hại.",
             "Đã hướng dẫn đơn vị khắc phục, đổi mật khẩu lưu trên thiết bị, rà soát lại quy định "
             "quản lý thiết bị."},
            {"Đã gọi lại cho đơn vị để làm rõ diễn biến.", "Đã thu hồi các phiên đăng nhập còn mở.",
             "Đơn vị gửi báo cáo tường trình, xem mục Tệp."},
        },
};
