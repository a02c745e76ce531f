// Figures arrive as whole numbers of the smallest unit; here they are only written out.
window.zg = (() => {
  const symbols = { CNY: "¥", USD: "$", EUR: "€", HKD: "HK$", JPY: "JP¥" };
  const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const fixed = (value, scale, least) => {
    if (value === null || value === undefined || value === "") return "";
    const minus = value < 0 ? "-" : "";
    const digits = String(Math.abs(value)).padStart(scale + 1, "0");
    const whole = group(scale ? digits.slice(0, -scale) : digits);
    let rest = scale ? digits.slice(-scale) : "";
    while (rest.length > least && rest.endsWith("0")) rest = rest.slice(0, -1);
    return minus + whole + (rest ? "." + rest : "");
  };
  const signed = (text, symbol) => (text.startsWith("-") ? "-" + symbol + text.slice(1) : text && symbol + text);
  const symbol = (currency) => symbols[currency] ?? (currency ? currency + " " : "");
  return {
    money: (value, currency) => signed(fixed(value, currency === "JPY" ? 0 : 2, 2), symbol(currency)),
    price: (value, currency) => signed(fixed(value, 4, 2), symbol(currency)),
    quantity: (value) => fixed(value, 3, 0),
    count: (value) => fixed(value, 0, 0),
    percent: (value) => (value === null || value === undefined ? "" : fixed(value, 1, 1) + " %"),
    // On a phone only the columns that matter stay.
    fit: (api) => {
      const wide = window.innerWidth > 760;
      const columns = api.getColumns().filter((column) => (column.getColDef().context || {}).wide);
      api.setColumnsVisible(columns, wide);
    },
  };
})();
