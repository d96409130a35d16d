// How does the page look? Light and dark as the reader's system is, and on paper.

// The hues are from Paul Tol's schemes, which people with any colour blindness tell apart (https://personal.sron.nl/~pault/); some are
// darker or lighter than his, so that they stand out from the ground. Sets that follow each other have neighbours among them.
const LIGHT = `--ground:#f6f7f9;--surface:#fff;--ink:#1b2129;--soft:#5b6673;--line:#e1e5ea;--neutral:#7d8793;
--key-0:#0077bb;--key-1:#dd6622;--key-2:#009988;--key-3:#8a8420;--key-4:#882255;
--refused:#cc3311;--refused-ground:#fdf0ec;--passed:#0b7a55;--passed-ground:#e8f6f0;--skipped:#75611c;--skipped-ground:#fbf4dc;--fault:#6f5aa8`;
const DARK = `--ground:#0f1318;--surface:#171c23;--ink:#e6eaef;--soft:#9aa6b4;--line:#2a323c;--neutral:#8994a1;
--key-0:#4aa8e8;--key-1:#ff9a5c;--key-2:#2fc3b0;--key-3:#cfc862;--key-4:#c06c98;
--refused:#ff7b5e;--refused-ground:#3a1d17;--passed:#57d3a2;--passed-ground:#12332a;--skipped:#e2c766;--skipped-ground:#352d14;--fault:#b09ce8`;

const KEYS = [0, 1, 2, 3, 4].map((key) => `.k${key}{--c:var(--key-${key})}`).join("");

export const STYLE = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:1216px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:28px;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:6px 0 8px;text-wrap:balance}
h1,h2,h3{overflow-wrap:anywhere}
h2{font-size:19px;font-weight:650;margin:0 0 4px}
h3{font-size:15px;font-weight:600;margin:28px 0 4px}
p{margin:4px 0}
code{font:13px/1.4 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.soft,figcaption{color:var(--soft)}
.kicker{color:var(--soft);font-size:13px;letter-spacing:.02em}
section,.card{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:24px;margin:20px 0 0}
.head{border-top:5px solid var(--passed)}
.head.failed{border-top-color:var(--refused)}
.facts{display:flex;flex-wrap:wrap;gap:12px 40px;margin:18px 0 0}
.facts div{min-width:0}
.facts dt{color:var(--soft);font-size:12.5px}
.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.badge{display:inline-block;white-space:nowrap;border-radius:999px;padding:1px 10px;font-size:13px;font-weight:600}
.badge.passed{color:var(--passed);background:var(--passed-ground)}
.badge.failed{color:var(--refused);background:var(--refused-ground)}
.badge.skipped{color:var(--skipped);background:var(--skipped-ground)}
.title{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px}
.scroll{overflow-x:auto;margin:20px 0 0}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;font-weight:600;padding:0 0 6px}
th,td{text-align:left;vertical-align:top;padding:6px 16px 6px 0;border-top:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:12.5px;border-top:0;white-space:nowrap}
.figures thead th::first-letter{text-transform:uppercase}
.figures th,.figures td,.events th,.checks td:nth-last-child(-n+2){font-variant-numeric:tabular-nums;white-space:nowrap}
.events th,.events td{white-space:nowrap}.events td:last-child{white-space:normal;width:100%}
.checks td:nth-child(3){width:100%;min-width:280px;overflow-wrap:anywhere}
.checks th code,.matrix th code{white-space:nowrap}
.swatch{display:inline-block;width:12px;height:12px;border-radius:3px;background:var(--c);margin:0 8px -1px 0}
figure{margin:12px 0 0}
figcaption{font-size:13px}
.wide{overflow-x:auto}
.wide svg{display:block;width:100%;min-width:760px;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 22px;margin:14px 0 0;padding:0;list-style:none;color:var(--soft);font-size:13px}
.legend svg{width:28px;height:16px;margin:0 7px -3px 0}
svg{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;--c:var(--neutral)}
svg text{fill:var(--ink);font-variant-numeric:tabular-nums}
.kn{--c:var(--neutral)}${KEYS}
.axis path{stroke:var(--line)}.axis text{fill:var(--soft);text-anchor:middle}
svg .centred{text-anchor:middle}
svg .label{fill:var(--soft);text-anchor:end}
svg .name{font-size:14px;font-weight:650}svg .name tspan{font-size:12px}
svg tspan.passed{fill:var(--passed)}svg tspan.failed{fill:var(--refused)}
.chip{fill:var(--surface);fill-opacity:.92}
.whole{fill:var(--c);fill-opacity:.2}
.used{fill:var(--c)}
.dead{fill:url(#dead)}
.end{stroke:var(--c);stroke-width:2.5;fill:none}
.mark rect,.mark circle,.mark .v1{fill:var(--c)}
.refused{stroke:var(--refused);stroke-width:2;fill:none;stroke-linecap:round}
.margin path{stroke:var(--soft);stroke-width:1.5;fill:none}
.margin.late path{stroke:var(--refused)}svg text.late{fill:var(--refused);font-weight:650}
.shade{fill:url(#shade)}
.span{fill:var(--fault);fill-opacity:.3}
.flag path{stroke:var(--soft);stroke-dasharray:3 3}
.flag.expiry path{stroke:var(--refused);stroke-dasharray:1 3;stroke-width:1.5}
.flag .chip{fill-opacity:1;stroke:var(--line)}
.pale{opacity:.15}
#tip{position:fixed;z-index:1;max-width:420px;padding:6px 10px;border-radius:6px;background:var(--ink);color:var(--surface);font-size:13px;pointer-events:none}
#tip[hidden]{display:none}
@media (max-width:640px){main{padding:16px 10px 40px}section,.card{padding:16px;border-radius:8px}h1{font-size:23px}}
@media print{:root{color-scheme:light;${LIGHT};--ground:#fff}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{padding:0;max-width:none}section,.card{border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0}
figure,tr,.title{break-inside:avoid}h3,caption{break-after:avoid}.wide,.scroll{overflow:visible}.wide svg{min-width:0}#tip{display:none}}
`;
