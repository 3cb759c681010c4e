// Comfort alone: every page works without it.
"use strict";
(function () {
  var footer = document.querySelector("footer[data-idle-ms]");
  if (footer) {
    var warning = document.createElement("p");
    warning.className = "notice look";
    warning.setAttribute("role", "alert");
    setTimeout(function () {
      warning.textContent = footer.dataset.soon;
      footer.prepend(warning);
    }, Math.max(0, Number(footer.dataset.idleMs) - 60000));
  }
  // A second click sends nothing while the first one is on its way.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  document.querySelectorAll("code[data-link]").forEach(function (code) {
    code.textContent = location.origin + code.dataset.link;
  });
})();
