// Go's net/http and mime/multipart, with a pipe: no length is stated. Prints the status, then the body.
package main

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	url, token, path := os.Args[1], os.Args[2], os.Args[3]
	reader, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	go func() {
		for _, field := range [][2]string{{"op", "upload"}, {"auth", token}, {"uid", "7"}, {"mid", "42"}, {"source", "0"}} {
			form.WriteField(field[0], field[1])
		}
		part, _ := form.CreateFormFile("photo", filepath.Base(path))
		file, _ := os.Open(path)
		_, err := io.Copy(part, file)
		if err == nil {
			err = form.Close()
		}
		writer.CloseWithError(err)
	}()
	answer, err := http.Post(url, form.FormDataContentType(), reader)
	if err != nil {
		fmt.Println("none")
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode)
	fmt.Println(string(body))
}
