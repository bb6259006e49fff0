import { render } from 'preact'
import { App } from './app.tsx'
import { createStore } from './store.ts'

const place = document.getElementById('app')
if (place) {
  place.textContent = ''
  render(<App store={createStore()} />, place)
}
