/** `data-drop`: a label around a file input that also takes a dropped file and shows its name; `data-drop="submit"` sends the form at once. */
export function startDrop(page: Document): void {
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"] as const) {
    page.addEventListener(kind, (event) => {
      const zone = (event.target as Element).closest<HTMLElement>("[data-drop]");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") take(zone, event.dataTransfer?.files);
    });
  }
  page.addEventListener("change", (event) => {
    const input = event.target as HTMLElement;
    const zone = input.closest<HTMLElement>("[data-drop]");
    if (zone && input instanceof HTMLInputElement) show(zone, input);
  });
}

function take(zone: HTMLElement, files: FileList | undefined): void {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  if (!input || !files?.length) return;
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(zone: HTMLElement, input: HTMLInputElement): void {
  const files = [...(input.files ?? [])];
  const name = zone.querySelector("[data-drop-name]");
  if (name && files.length) name.textContent = files.map((file) => file.name).join(", ");
  zone.classList.toggle("has-file", files.length > 0);
  if (files.length && zone.dataset.drop === "submit") input.form?.requestSubmit();
}
