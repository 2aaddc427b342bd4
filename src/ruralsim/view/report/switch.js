(function () {
  var boxes = { en: document.getElementById("lang-en"), zh: document.getElementById("lang-zh") };
  if (!boxes.en || !boxes.zh) { return; }
  var seen = null;
  function nearest() {
    var best = null;
    document.querySelectorAll("section[data-section]").forEach(function (one) {
      if (one.offsetParent !== null && one.getBoundingClientRect().top < 160) { best = one.dataset.section; }
    });
    return best;
  }
  function show(lang) {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.title = document.querySelector("main[lang='" + document.documentElement.lang + "'] h1").textContent;
  }
  ["en", "zh"].forEach(function (lang) {
    document.querySelector("label[for=lang-" + lang + "]").addEventListener("pointerdown", function () { seen = nearest(); });
    boxes[lang].addEventListener("change", function () {
      show(lang);
      var place = seen && document.getElementById(lang + "-" + seen);
      if (place) { place.scrollIntoView({ behavior: "instant" }); }
    });
  });
  var asked = window.location.hash.slice(1, 3);
  if (boxes[asked]) {
    boxes[asked].checked = true;
    show(asked);
    var there = document.getElementById(window.location.hash.slice(1));
    if (there) { there.scrollIntoView({ behavior: "instant" }); }
  }
})();
