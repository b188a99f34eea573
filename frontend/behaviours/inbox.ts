import { post } from "./post";

/** `data-reads="id"` on a link marks that notice as read when it is followed, in this tab or in another one. */
export function startInbox(page: Document): void {
  const reads = (event: Event): void => {
    const link = (event.target as Element).closest<HTMLElement>("[data-reads]");
    const form = page.querySelector<HTMLElement>("#inbox");
    if (link && form) void mark(link.dataset.reads!, form.dataset.readUrl!);
  };
  page.addEventListener("click", reads);
  page.addEventListener("auxclick", reads);
}

/** The request outlives the page that is left. */
function mark(notice: string, url: string): Promise<unknown> {
  return post(url, { notice: Number(notice) }, { keepalive: true });
}
