import "../../styles/pages/board.css";
import { BoardIsland } from "./island";
import { useLabels } from "./labels";

useLabels(document.getElementById("board-labels")?.textContent);
for (const host of document.querySelectorAll<HTMLElement>("[data-island=board]")) void new BoardIsland(host).start();
