// A file dragged anywhere over the page: the page says so to the stylesheet, which makes the drop field as large as it.
// On a phone, a page that was chosen in the menu is seen at once: the menu closes behind the choice.
// A file let go of beside a drop field would make the browser leave the page for it; it stays.
if (!window.watchesForFiles) {
  window.watchesForFiles = true
  const page = document.documentElement.classList
  const holdsFiles = event => event.dataTransfer?.types.includes("Files")
  document.addEventListener("click", event => {
    const chosen = event.target.closest('[data-testid="stSidebarNavLink"]')
    if (chosen && 768 >= innerWidth) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
  })
  document.addEventListener("dragenter", event => holdsFiles(event) && page.add("file-over"))
  document.addEventListener("dragleave", event => event.relatedTarget === null && page.remove("file-over"))
  document.addEventListener("dragover", event => holdsFiles(event) && event.preventDefault())
  document.addEventListener("drop", event => {
    page.remove("file-over")
    if (holdsFiles(event)) event.preventDefault()
  })
}
// Once it has run, no script stands in the page.
document.currentScript?.remove()
