function showMenu(id){var e=document.getElementById(id);if(e){e.style.display=e.style.display=="block"?"none":"block";}}
