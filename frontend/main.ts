import "./styles/main.css";
import "./behaviours/htmx";
import { startAutosave } from "./behaviours/autosave";
import { startCheckAll } from "./behaviours/check-all";
import { startCompare } from "./behaviours/compare";
import { startConfirm } from "./behaviours/confirm";
import { startCopy } from "./behaviours/copy";
import { startDialogs } from "./behaviours/dialog";
import { startDrafts } from "./behaviours/draft";
import { startDrop } from "./behaviours/drop";
import { startForms } from "./behaviours/forms";
import { startKeys } from "./behaviours/keys";
import { startMentions } from "./behaviours/mention";
import { startInbox } from "./behaviours/inbox";
import { startLabels } from "./behaviours/labels";
import { startLive } from "./behaviours/live";
import { startQueue } from "./behaviours/queue";
import { startPasskeys } from "./behaviours/passkey";
import { startProof } from "./behaviours/proof";
import { startSeen } from "./behaviours/seen";
import { startSigning } from "./behaviours/signing";
import { startRail } from "./behaviours/rail";
import { startRange } from "./behaviours/range";
import { startReports } from "./behaviours/reports";
import { startScroll } from "./behaviours/scroll";
import { startTheme } from "./behaviours/theme";
import { startToasts } from "./behaviours/toast";
import { startWrong } from "./behaviours/wrong";

for (const start of [startTheme, startAutosave, startCheckAll, startCompare, startRail, startDialogs, startQueue, startInbox, startLive, startConfirm, startForms, startRange, startDrafts, startDrop, startCopy, startToasts, startReports, startKeys, startLabels, startMentions, startScroll, startPasskeys, startProof, startSigning, startSeen, startWrong]) {
  start(document);
}
