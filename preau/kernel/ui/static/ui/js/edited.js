// Whether a field says something else than the page came with.
export function edited(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
  if (!control.options) return control.value !== control.defaultValue;
  const options = [...control.options];
  if (control.multiple) return options.some((option) => option.selected !== option.defaultSelected);
  return control.selectedIndex !== Math.max(options.findIndex((option) => option.defaultSelected), 0);
}
