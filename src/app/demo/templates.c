#include "app/demo/inner.h"
#include "app/incident/incident.h"

/* What the coordinating body of the province wrote beforehand: for everyone below it. */
static const struct {
    const char *name, *title, *kind, *severity, *tlp, *summary, *tasks;
} templates[] = {
    {"Lừa đảo qua thư, tin nhắn", "Lừa đảo, giả mạo qua thư hoặc tin nhắn", "phishing", "2",
     "amber",
     "Cần làm rõ: bao nhiêu người đã nhận, bao nhiêu người đã nhập thông tin hoặc chuyển tiền.",
     "Lưu ảnh chụp và phần đầu thư hoặc số điện thoại gửi tin\n"
     "Đề nghị nhà mạng, nhà đăng ký tên miền chặn trang giả mạo\n"
     "Lập danh sách người đã nhập thông tin, hướng dẫn đổi mật khẩu\n"
     "Đề nghị ngân hàng tạm dừng giao dịch của tài khoản nhận tiền, nếu có\n"
     "Đăng cảnh báo trên cổng thông tin của tỉnh"},
    {"Mã độc tống tiền", "Dữ liệu bị mã hóa để tống tiền", "ransom", "3", "amber",
     "Không trả tiền, không tắt máy, không xóa tệp đòi tiền. Cách ly máy khỏi mạng trước.",
     "Cách ly máy nhiễm và máy chủ tệp khỏi mạng, giữ nguồn điện\n"
     "Giữ một tệp đã bị mã hóa, tệp đòi tiền và nhật ký 30 ngày\n"
     "Kiểm tra bản sao lưu ngoại tuyến còn nguyên vẹn\n"
     "Thu hồi phiên đăng nhập, đổi mật khẩu quản trị\n"
     "Tìm cùng dấu hiệu trên các máy còn lại trước khi khôi phục\n"
     "Khôi phục từ bản sao lưu sạch, theo dõi 72 giờ"},
    {"Thay đổi giao diện trang thông tin", "Trang thông tin bị thay đổi nội dung", "defacement",
     "2", "green",
     "Cần làm rõ: trang nào bị thay, thấy lần đầu lúc nào, nội dung hay liên kết lạ là gì, trang "
     "nào khác trên cùng máy chủ.",
     "Chụp lại trang, lưu toàn bộ thư mục trang và nhật ký truy cập\n"
     "Chuyển trang sang chế độ bảo trì\n"
     "Tìm tệp lạ, tài khoản quản trị lạ và phần mở rộng chưa cập nhật\n"
     "Khôi phục từ bản sao lưu sạch, đổi mật khẩu quản trị\n"
     "Đề nghị công cụ tìm kiếm gỡ kết quả đã lưu"},
    {"Tấn công từ chối dịch vụ", "Dịch vụ trực tuyến bị tấn công từ chối dịch vụ", "dos", "2",
     "amber",
     "Cần làm rõ: dịch vụ nào, từ lúc nào, lưu lượng gấp mấy lần ngày thường, người dùng còn vào "
     "được không.",
     "Lấy biểu đồ lưu lượng và 20 địa chỉ nguồn nhiều nhất\n"
     "Đề nghị nhà mạng lọc tại biên\n"
     "Bật giới hạn tần suất, tạm khóa chức năng tốn tài nguyên\n"
     "Thông báo kênh thay thế cho người dân\n"
     "Theo dõi 24 giờ sau khi lưu lượng trở lại bình thường"},
    {"Lộ dữ liệu cá nhân", "Dữ liệu cá nhân bị lộ hoặc bị rao bán", "espionage", "3",
     "amber+strict",
     "Chỉ trao đổi trong nhóm xử lý. Không mua, không tải toàn bộ dữ liệu bị rao bán.",
     "Lưu bài đăng và phần dữ liệu xem thử làm chứng cứ\n"
     "Đối chiếu mẫu để xác định hệ thống và thời điểm bị lấy\n"
     "Rà soát tài khoản, giao diện lập trình và bản sao lưu có quyền đọc dữ liệu đó\n"
     "Xác định số người bị ảnh hưởng và loại dữ liệu\n"
     "Trình lãnh đạo việc thông báo cho cơ quan bảo vệ dữ liệu cá nhân và người bị ảnh hưởng"},
    {"Hộp thư công vụ bị chiếm", "Hộp thư công vụ bị chiếm quyền", "intrusion", "2", "amber",
     "Cần làm rõ: đăng nhập lạ từ đâu, lúc nào, thư nào đã gửi đi, quy tắc chuyển tiếp nào không "
     "phải của chủ hộp thư.",
     "Đổi mật khẩu, thu hồi mọi phiên đăng nhập, bật xác thực hai lớp\n"
     "Gỡ quy tắc chuyển tiếp và ứng dụng được cấp quyền\n"
     "Lấy nhật ký đăng nhập 30 ngày\n"
     "Báo cho người đã nhận thư lạ"},
};

static const struct {
    const char *name, *used_for, *body;
} texts[] = {
    {"Hỏi thêm bằng chứng", "answer",
     "Cảm ơn bạn đã báo tin. Để xử lý nhanh, nhờ bạn cho biết thêm:\n\n"
     "- sự việc xảy ra lúc mấy giờ, ngày nào;\n"
     "- ảnh chụp màn hình, trong đó thấy rõ địa chỉ trang hoặc số điện thoại;\n"
     "- nếu là thư: tệp thư gốc, không chỉ ảnh chụp.\n\n"
     "Bạn gửi ngay tại trang theo dõi tin báo {code}."},
    {"Hướng dẫn đổi mật khẩu", "answer",
     "Nếu bạn đã nhập mật khẩu vào trang lạ, hãy làm ngay:\n\n"
     "1. Mở trang chính thức (tự gõ địa chỉ, không bấm liên kết trong tin nhắn), đổi mật khẩu.\n"
     "2. Chọn đăng xuất khỏi mọi thiết bị, bật xác thực hai lớp.\n"
     "3. Đổi mật khẩu ở những nơi khác dùng chung mật khẩu đó.\n"
     "4. Nếu đã đọc mã OTP hoặc chuyển tiền, gọi ngay số in trên mặt sau thẻ ngân hàng."},
    {"Hướng dẫn giữ hiện trạng máy", "both",
     "Đề nghị giữ nguyên hiện trạng: rút dây mạng và tắt mạng không dây, không tắt máy, không cài "
     "lại, không chạy phần mềm dọn dẹp. Ghi lại giờ phát hiện và những việc đã làm trên máy. "
     "Cán bộ ứng cứu sẽ liên hệ để lấy chứng cứ."},
    {"Xác nhận đã tiếp nhận", "answer",
     "Chúng tôi đã tiếp nhận tin báo {code} và đang kiểm tra. Bạn giữ nguyên tin nhắn, thư và ảnh "
     "chụp cho đến khi có kết quả. Bạn không cần làm gì thêm trên máy."},
    {"Báo kết quả cho người báo", "answer",
     "Việc bạn báo trong {code} đã được xử lý xong. Trang hoặc số điện thoại bạn báo đã được "
     "chuyển cho đơn vị có thẩm quyền để chặn. Cảm ơn bạn: tin báo của bạn giúp nhiều người khác "
     "tránh được thiệt hại."},
    {"Đề nghị nhà mạng chặn", "mail",
     "Kính gửi {organisation},\n\n"
     "Trong quá trình xử lý sự cố {code}, chúng tôi xác định các địa chỉ, tên miền gửi kèm đang "
     "được dùng để tấn công. Đề nghị quý đơn vị chặn tại biên, giữ nhật ký liên quan trong 90 ngày "
     "và thông báo kết quả bằng cách trả lời thư này.\n\n"
     "{name}\nNgày {today}"},
    {"Đề nghị đơn vị gửi nhật ký", "mail",
     "Kính gửi {organisation},\n\n"
     "Để phục vụ xử lý sự cố {code} ({title}), đề nghị đơn vị gửi nhật ký truy cập, nhật ký đăng "
     "nhập và nhật ký tường lửa trong 07 ngày gần nhất. Tệp gửi qua mục Tệp của sự cố, không gửi "
     "qua thư điện tử thường.\n\n"
     "{name}\nNgày {today}"},
    {"Bàn giao ca", "comment",
     "**Bàn giao ca ngày {today}.**\n\n- Đã làm:\n- Đang chờ:\n- Việc ca sau cần làm trước:\n"},
};

int demo_templates(struct demo *d)
{
    struct str org = str_printf(d->arena, "%" PRId64, d->orgs.at[0].id);
    int r = 0;

    for (size_t i = 0; r == 0 && i < ARRAY_LEN(templates); i++) {
        const struct template_values values = {
            .name = str_c(templates[i].name),
            .org = org,
            .title = str_c(templates[i].title),
            .kind = str_c(templates[i].kind),
            .severity = str_c(templates[i].severity),
            .tlp = str_c(templates[i].tlp),
            .summary = str_c(templates[i].summary),
            .tasks = str_c(templates[i].tasks),
        };

        r = template_save(d->db, d->arena, 0, &values, &d->coordinator, d->begin, NULL, d->err);
    }
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(texts); i++) {
        const struct text_values values = {.name = str_c(texts[i].name),
                                           .org = org,
                                           .used_for = str_c(texts[i].used_for),
                                           .body = str_c(texts[i].body)};

        r = text_save(d->db, d->arena, 0, &values, &d->coordinator, d->begin, NULL, d->err);
    }
    return r;
}
