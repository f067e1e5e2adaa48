(function () {
    "use strict";
    var groups = Array.prototype.slice.call(document.querySelectorAll(".group"));
    var levels = Array.prototype.slice.call(document.querySelectorAll(".level"));
    var box = document.getElementById("q");
    var shown = document.getElementById("shown");
    var none = document.getElementById("none");
    /* "Điều phối" is found by "dieu phoi". */
    function fold(s) {
        return s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
    }
    var texts = groups.map(function (g) { return null; });
    function textOf(i) {
        if (texts[i] === null) texts[i] = fold(groups[i].textContent);
        return texts[i];
    }
    function apply() {
        var words = fold(box.value).split(/\s+/).filter(Boolean);
        var on = {};
        var n = 0;
        levels.forEach(function (b) { on[b.dataset.level] = b.getAttribute("aria-pressed") === "true"; });
        groups.forEach(function (g, i) {
            var show = on[g.dataset.level] !== false &&
                words.every(function (w) { return textOf(i).indexOf(w) >= 0; });
            g.hidden = !show;
            n += show ? 1 : 0;
        });
        shown.textContent = n + " / " + groups.length;
        none.hidden = n > 0;
    }
    var timer = 0;
    box.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(apply, 80); });
    levels.forEach(function (b) {
        b.addEventListener("click", function () {
            b.setAttribute("aria-pressed", b.getAttribute("aria-pressed") === "true" ? "false" : "true");
            apply();
        });
    });
    document.getElementById("all").addEventListener("click", function () {
        var open = groups.some(function (g) { return !g.hidden && !g.open; });
        groups.forEach(function (g) { if (!g.hidden) g.open = open; });
    });
    document.addEventListener("click", function (e) {
        var cell = e.target.closest("[data-find]");
        if (!cell) return;
        box.value = cell.dataset.find;
        apply();
        box.scrollIntoView({ behavior: "smooth" });
    });
    document.addEventListener("keydown", function (e) {
        if (e.key === "/" && document.activeElement !== box) { e.preventDefault(); box.focus(); }
        if (e.key === "Escape" && document.activeElement === box) { box.value = ""; apply(); }
    });
    apply();
})();
